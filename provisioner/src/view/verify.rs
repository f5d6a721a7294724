use serde::Serialize;

use crate::view::text::{harmless, harmless_line};
use crate::view::{Look, Tint, View, json};

/// `verify`: what was proved, host by host.
#[derive(Clone, Copy, Debug)]
pub struct VerifyView<'a> {
    /// The environment.
    pub environment: &'a str,
    /// What was looked at.
    pub proofs: &'a [Verified],
    /// Whether machines were really asked.
    pub is_real: bool,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// On which host.
    pub host: String,
    /// What was looked at.
    pub what: String,
    /// Whether it is so.
    pub holds: bool,
    /// What was said.
    pub said: String,
}

impl View for VerifyView<'_> {
    fn human(&self, look: &Look) -> String {
        let mut text = String::new();
        for proof in self.proofs {
            let mark = if proof.holds { look.paint(Tint::Good, "✓") } else { look.paint(Tint::Bad, "✗") };
            text.push_str(&format!("{mark} {}: {}\n", harmless_line(&proof.host), harmless_line(&proof.what)));
            let said = proof.said.trim_end();
            if !proof.holds && !said.is_empty() {
                harmless(said).lines().for_each(|line| text.push_str(&format!("    {line}\n")));
            }
        }
        let missing = self.proofs.iter().filter(|proof| !proof.holds).count();
        let environment = harmless_line(self.environment);
        text.push_str(&match (self.is_real, missing) {
            (false, 0) => format!("{environment}: what was installed is as described; simulated, not verified.\n"),
            (true, 0) => format!("{environment} works: {} of {} proofs hold.\n", self.proofs.len(), self.proofs.len()),
            (_, missing) => format!("{environment} does not work as it should: {missing} of {} proofs fail.\n", self.proofs.len()),
        });
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            environment: &'a str,
            is_real: bool,
            proofs: &'a [Verified],
        }
        vec![json::line("verification", &Body { environment: self.environment, is_real: self.is_real, proofs: self.proofs })]
    }
}
