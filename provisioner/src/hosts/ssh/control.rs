use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// The longest that a shared connection may take to answer its own computer.
const LOCAL: Duration = Duration::from_secs(5);
/// The version of the protocol that OpenSSH has spoken since 5.4 (`PROTOCOL.mux`).
const VERSION: u32 = 4;
const HELLO: u32 = 1;
const OK: u32 = 0x8000_0001;
const ALIVE: u32 = 0x8000_0005;
/// No answer is longer; the longest is a refusal with its reason.
const LONGEST: u32 = 4096;
/// What a request is called in its answer.
const NUMBER: u32 = 0;

/// What is said to a shared connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Whether it is open: `ssh -O check`.
    Check,
    /// That it shall end: `ssh -O exit`.
    End,
}

/// Says a word to the shared connection at a socket, in OpenSSH's own protocol: a client would cost a process for each word.
///
/// Says whether it was answered as it should be. Nobody there, an answer of another kind and none in time are all the same: no.
pub(super) async fn say(socket: &Path, word: Word) -> bool {
    matches!(timeout(LOCAL, exchange(socket, word)).await, Ok(Ok(true)))
}

async fn exchange(socket: &Path, word: Word) -> io::Result<bool> {
    let mut stream = UnixStream::connect(socket).await?;
    send(&mut stream, &[HELLO, VERSION]).await?;
    if receive(&mut stream).await? != (HELLO, VERSION) {
        return Ok(false);
    }
    let (request, answer) = match word {
        Word::Check => (0x1000_0004, ALIVE),
        Word::End => (0x1000_0005, OK),
    };
    send(&mut stream, &[request, NUMBER]).await?;
    Ok(receive(&mut stream).await? == (answer, NUMBER))
}

/// A packet: its length, then numbers of 32 bits, all with the highest byte first.
async fn send(stream: &mut UnixStream, numbers: &[u32]) -> io::Result<()> {
    let length = u32::try_from(numbers.len() * 4).expect("two numbers");
    let bytes: Vec<u8> = [length].iter().chain(numbers).flat_map(|number| number.to_be_bytes()).collect();
    stream.write_all(&bytes).await
}

/// The first two numbers of a packet: its kind, and the version or the request's number.
async fn receive(stream: &mut UnixStream) -> io::Result<(u32, u32)> {
    let length = stream.read_u32().await?;
    if !(8..=LONGEST).contains(&length) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut rest = vec![0; length as usize];
    stream.read_exact(&mut rest).await?;
    let number = |at: usize| u32::from_be_bytes(rest[at..at + 4].try_into().expect("four bytes"));
    Ok((number(0), number(4)))
}

#[cfg(test)]
mod tests {
    use tokio::net::UnixListener;

    use super::*;

    /// What is heard from somebody who answers with these packets, whatever they are asked.
    async fn heard(answers: &[&[u32]], word: Word) -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("s");
        let listener = UnixListener::bind(&socket).expect("bound");
        let answer = async {
            let (mut stream, _) = listener.accept().await.expect("somebody comes");
            for packet in answers {
                // Whoever was answered wrongly has gone.
                let _ = send(&mut stream, packet).await;
                let _ = receive(&mut stream).await;
            }
        };
        tokio::join!(say(&socket, word), answer).0
    }

    #[tokio::test]
    async fn only_the_right_answer_to_the_word_counts() {
        assert!(heard(&[&[HELLO, VERSION], &[ALIVE, NUMBER, 4711]], Word::Check).await);
        assert!(heard(&[&[HELLO, VERSION], &[OK, NUMBER]], Word::End).await);
        assert!(!heard(&[&[HELLO, VERSION], &[OK, NUMBER]], Word::Check).await);
        assert!(!heard(&[&[HELLO, VERSION], &[ALIVE, 1, 4711]], Word::Check).await);
        assert!(!heard(&[&[HELLO, 5], &[ALIVE, NUMBER, 4711]], Word::Check).await);
        assert!(!heard(&[&[HELLO]], Word::Check).await);
        assert!(!heard(&[&[0; 2000]], Word::Check).await);
    }

    #[tokio::test]
    async fn who_is_not_there_or_says_nothing_does_not_count() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("s");
        assert!(!say(&socket, Word::Check).await);
        drop(UnixListener::bind(&socket).expect("bound"));
        assert!(!say(&socket, Word::End).await, "the socket of a client that was killed");
        tokio::time::pause();
        let _silent = UnixListener::bind(folder.path().join("t")).expect("bound");
        assert!(!say(&folder.path().join("t"), Word::Check).await);
    }
}
