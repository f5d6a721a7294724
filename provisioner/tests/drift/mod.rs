//! What somebody changes by hand behind the program's back: `drift` sees it, `--repair` puts it back.

mod injections;

pub use injections::{Clients, INJECTIONS};

mod in_the_rehearsal_cloud;
