use anstyle::{AnsiColor, Effects, Style};

/// When colour is used: the flag `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal that can show it, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always, also into files and pipes.
    Always,
    /// Never.
    Never,
}

/// What the environment variables say about output; read once, at the edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set and not `0`.
    pub color_force: bool,
    /// `TERM` is `dumb`.
    pub is_dumb: bool,
}

impl Surroundings {
    /// Reads them through `lookup`, which is [`std::env::var`] in the program.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            no_color: lookup("NO_COLOR").is_some_and(|text| !text.is_empty()),
            color_force: lookup("CLICOLOR_FORCE").is_some_and(|text| !text.is_empty() && text != "0"),
            is_dumb: lookup("TERM").is_some_and(|text| text == "dumb"),
        }
    }
}

/// What one stream can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether colours are written.
    pub colour: bool,
    /// Whether a person looks at it.
    pub is_terminal: bool,
    /// Whether the cursor can be moved, so that lines may be drawn over.
    pub can_draw: bool,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Terminal {
    /// The width that is used where there is no terminal.
    pub const DEFAULT_WIDTH: usize = 100;

    /// A file, a pipe or a buffer: no colour, [`Self::DEFAULT_WIDTH`] columns.
    pub const NONE: Self = Self { colour: false, is_terminal: false, can_draw: false, width: Self::DEFAULT_WIDTH, height: 24 };

    /// Decides what a stream shows; `size` is columns and rows, and nothing where the stream is no terminal.
    ///
    /// The flag wins over `NO_COLOR`, which wins over `CLICOLOR_FORCE`, which wins over what the stream is.
    pub fn decide(choice: ColorChoice, surroundings: &Surroundings, size: Option<(usize, usize)>) -> Self {
        let is_terminal = size.is_some();
        let colour = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if surroundings.no_color => false,
            ColorChoice::Auto if surroundings.color_force => true,
            ColorChoice::Auto => is_terminal && !surroundings.is_dumb,
        };
        let (width, height) = size.unwrap_or((Self::DEFAULT_WIDTH, Self::NONE.height));
        Self { colour, is_terminal, can_draw: is_terminal && !surroundings.is_dumb, width: width.max(40), height: height.max(5) }
    }
}

/// What a piece of text means; colour follows from it and never carries the meaning alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// A heading.
    Heading,
    /// Something is made, or is well.
    Good,
    /// Something is changed, or needs a look.
    Attention,
    /// Something goes, fails or is lost.
    Bad,
    /// Something on the way.
    Busy,
    /// Detail that may be skipped.
    Faint,
}

impl Tint {
    fn style(self) -> Style {
        match self {
            Self::Heading => Style::new().effects(Effects::BOLD),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Attention => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().effects(Effects::BOLD),
            Self::Busy => AnsiColor::Cyan.on_default(),
            Self::Faint => Style::new().effects(Effects::DIMMED),
        }
    }
}

/// How a view is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether colours are written.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// Whether every detail is asked for (`-v`).
    pub is_verbose: bool,
}

impl Look {
    /// The text in the colour of its meaning.
    pub fn paint(&self, tint: Tint, text: &str) -> String {
        if self.colour && !text.is_empty() {
            let style = tint.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(choice: ColorChoice, variables: &[(&str, &str)], is_terminal: bool) -> bool {
        let lookup = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Terminal::decide(choice, &Surroundings::read(lookup), is_terminal.then_some((80, 24))).colour
    }

    #[test]
    fn colour_is_for_terminals_unless_a_variable_says_otherwise() {
        assert!(colour(ColorChoice::Auto, &[], true));
        assert!(!colour(ColorChoice::Auto, &[], false));
        assert!(!colour(ColorChoice::Auto, &[("NO_COLOR", "1")], true));
        assert!(colour(ColorChoice::Auto, &[("NO_COLOR", "")], true));
        assert!(colour(ColorChoice::Auto, &[("CLICOLOR_FORCE", "1")], false));
        assert!(!colour(ColorChoice::Auto, &[("CLICOLOR_FORCE", "0")], false));
        assert!(!colour(ColorChoice::Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true));
        assert!(!colour(ColorChoice::Auto, &[("TERM", "dumb")], true));
    }

    #[test]
    fn the_flag_wins_over_the_variables() {
        assert!(colour(ColorChoice::Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], false));
        assert!(!colour(ColorChoice::Never, &[("CLICOLOR_FORCE", "1")], true));
    }

    #[test]
    fn a_dumb_terminal_is_never_drawn_over() {
        let surroundings = Surroundings { is_dumb: true, ..Surroundings::default() };
        let terminal = Terminal::decide(ColorChoice::Always, &surroundings, Some((80, 24)));
        assert!(terminal.is_terminal && !terminal.can_draw);
    }
}
