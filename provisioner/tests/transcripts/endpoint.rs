use std::io::{Read, Write};
use std::net::TcpListener;

/// Starts a server on loopback that gives every request this answer, for as long as the test program runs; returns its address.
pub fn answering(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { continue };
            // Every request of these tests fits into one read.
            let _ = connection.read(&mut [0; 65536]);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = connection.write_all(format!("{head}{body}").as_bytes());
        }
    });
    format!("http://{address}")
}
