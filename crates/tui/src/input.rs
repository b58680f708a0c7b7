//! What a typed line means.

use parlor_types::{Emoji, MessageText, Seq};

/// The commands, as `/help` shows them.
pub(crate) const HELP: &str = "\
/reply 812 text    answers message 812
/edit 812 text     puts another text into your message 812
/delete 812        deletes your message 812 for everyone
/react 812 👍      adds a reaction to message 812, or takes it back
/who               says who is in the conversation, and who is there now
/quit              leaves, as does the end of the input
//text             sends a line that begins with a slash
/help              shows this";

/// A line, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing was written.
    Empty,
    /// A message.
    Say(MessageText),
    /// An answer to a message.
    Reply(Seq, MessageText),
    /// Another text for an own message.
    Edit(Seq, MessageText),
    /// A deletion.
    Delete(Seq),
    /// A reaction.
    React(Seq, Emoji),
    /// Who is here?
    Who,
    /// What can be typed?
    Help,
    /// Enough.
    Quit,
}

impl Line {
    /// Reads a line that a person typed.
    pub(crate) fn typed(line: &str) -> Result<Self, String> {
        let Some(command) = line.strip_prefix('/') else { return Self::piped(line) };
        if command.starts_with('/') {
            return Self::piped(command);
        }
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim();
        match (name, rest) {
            ("reply", _) => message_and_text(name, rest).map(|(seq, text)| Self::Reply(seq, text)),
            ("edit", _) => message_and_text(name, rest).map(|(seq, text)| Self::Edit(seq, text)),
            ("delete", _) => message(name, rest).map(Self::Delete),
            ("react", _) => {
                let (number, emoji) = rest.split_once(char::is_whitespace).ok_or("/react wants the number of a message and a reaction")?;
                let emoji = emoji.trim().parse().map_err(|error| format!("{error}"))?;
                Ok(Self::React(message(name, number)?, emoji))
            }
            ("who", "") => Ok(Self::Who),
            ("help", "") => Ok(Self::Help),
            ("quit" | "exit", "") => Ok(Self::Quit),
            _ => Err(format!("/{} is no command; /help lists them, //{} sends it", crate::escape::line(name), crate::escape::line(command))),
        }
    }

    /// Reads a line of a pipe: whatever it holds is text.
    pub(crate) fn piped(line: &str) -> Result<Self, String> {
        if line.trim().is_empty() {
            return Ok(Self::Empty);
        }
        text(line).map(Self::Say)
    }
}

fn message_and_text(command: &str, rest: &str) -> Result<(Seq, MessageText), String> {
    let (number, words) = rest.split_once(char::is_whitespace).ok_or_else(|| format!("/{command} wants the number of a message and a text"))?;
    Ok((message(command, number)?, text(words.trim())?))
}

fn message(command: &str, number: &str) -> Result<Seq, String> {
    let digits = number.strip_prefix('#').unwrap_or(number);
    digits.parse().map(Seq).map_err(|_| format!("/{command} wants the number of a message, which stands in front of it"))
}

fn text(text: &str) -> Result<MessageText, String> {
    text.parse().map_err(|error| format!("the message {}", error_words(&error)))
}

/// The parser names its field; here it is clear which one is meant.
fn error_words(error: &parlor_types::InvalidName) -> &'static str {
    error.problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> MessageText {
        text.parse().unwrap()
    }

    #[test]
    fn typed_lines_are_commands_or_messages() {
        assert_eq!(Line::typed("hello /quit"), Ok(Line::Say(words("hello /quit"))));
        assert_eq!(Line::typed("//shrug"), Ok(Line::Say(words("/shrug"))));
        assert_eq!(Line::typed("/reply #12  yes, do"), Ok(Line::Reply(Seq(12), words("yes, do"))));
        assert_eq!(Line::typed("/edit 12 better"), Ok(Line::Edit(Seq(12), words("better"))));
        assert_eq!(Line::typed("/delete 3"), Ok(Line::Delete(Seq(3))));
        assert_eq!(Line::typed("/react 3 👍"), Ok(Line::React(Seq(3), "👍".parse().unwrap())));
        assert_eq!(Line::typed("/quit"), Ok(Line::Quit));
        assert_eq!(Line::typed("  "), Ok(Line::Empty));
        for bad in ["/", "/nonsense", "/reply", "/reply 3", "/reply x y", "/delete", "/delete -1", "/react 3", "/quit now"] {
            assert!(Line::typed(bad).is_err(), "{bad:?} was taken");
        }
        assert!(Line::typed("/\u{1b}[2J").unwrap_err().contains("\\u{1b}"));
    }

    #[test]
    fn piped_lines_are_never_commands() {
        assert_eq!(Line::piped("/quit"), Ok(Line::Say(words("/quit"))));
        assert_eq!(Line::piped(""), Ok(Line::Empty));
        assert!(Line::piped(&"x".repeat(16_385)).unwrap_err().contains("longer"));
    }
}
