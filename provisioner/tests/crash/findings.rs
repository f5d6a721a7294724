use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a case found wrong; a run of many cases tells all of them.
#[derive(Debug, Default)]
pub struct Findings(Vec<String>);

impl Findings {
    /// Something is wrong.
    pub fn add(&mut self, what: String) {
        self.0.push(what);
    }

    /// Something must hold.
    pub fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.add(what());
        }
    }

    /// Stops the test if anything is wrong.
    pub fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// Runs every case, two at a time, and stops the test with all that they found.
pub fn check_all<C: Debug + Sync>(cases: &[C], check: impl Fn(&C, &mut Findings) + Sync) {
    const WORKERS: usize = 2;
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut findings = Findings::default();
                    check(case, &mut findings);
                    let told = findings.0.into_iter().map(|what| format!("{case:?}: {what}"));
                    found.lock().expect("no worker panics while it holds it").extend(told);
                }
            });
        }
    });
    let found = found.into_inner().expect("no worker panicked");
    assert!(found.is_empty(), "{} cases, {} findings:\n{}", cases.len(), found.len(), found.join("\n"));
}
