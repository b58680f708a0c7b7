//! Reads the format of server-sent events from pieces of any size, as the HTML standard describes it.

use crate::error::CallError;

/// Largest message taken: a snapshot of as many conversations as one user can have.
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What a stream is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The data of a message.
    Message(String),
    /// A comment: a sign of life.
    Comment,
}

/// What was read and is not complete.
#[derive(Debug, Default)]
pub(super) struct Reader {
    line: Vec<u8>,
    data: String,
    after_carriage_return: bool,
}

impl Reader {
    /// Takes the next bytes and gives what they complete.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Item>, CallError> {
        let mut items = Vec::new();
        for byte in bytes {
            let is_second_half = *byte == b'\n' && self.after_carriage_return;
            self.after_carriage_return = *byte == b'\r';
            match byte {
                _ if is_second_half => {}
                b'\n' | b'\r' => self.end_line(&mut items)?,
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.data.len() > MESSAGE_BYTES_MAX {
                return Err(CallError::UnexpectedAnswer("a message of the event stream is too large".to_owned()));
            }
        }
        Ok(items)
    }

    fn end_line(&mut self, items: &mut Vec<Item>) -> Result<(), CallError> {
        let line = std::mem::take(&mut self.line);
        let line = std::str::from_utf8(&line).map_err(|_| CallError::UnexpectedAnswer("the event stream is not UTF-8".to_owned()))?;
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            // The last line end of the data belongs to the format.
            items.extend(data.strip_suffix('\n').map(|data| Item::Message(data.to_owned())));
            return Ok(());
        }
        match line.split_once(':').unwrap_or((line, "")) {
            ("", _) => items.push(Item::Comment),
            ("data", value) => {
                self.data.push_str(value.strip_prefix(' ').unwrap_or(value));
                self.data.push('\n');
            }
            // `event`, `id` and `retry` say nothing that the data does not say.
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_reads_the_same_however_it_is_cut() {
        let text = "\u{feff}:hi\r\ndata: {\"a\":\r\ndata:1}\r\rid: 7\nevent: x\ndata: é\n\n:\n\ndata\n\nlost";
        let whole = Reader::default().feed(text.as_bytes()).unwrap();
        for cut in 0..text.len() {
            let mut reader = Reader::default();
            let (head, tail) = text.as_bytes().split_at(cut);
            let mut items = reader.feed(head).unwrap();
            items.extend(reader.feed(tail).unwrap());
            assert_eq!(items, whole, "cut at {cut}");
        }
        let message = |text: &str| Item::Message(text.to_owned());
        assert_eq!(whole, [message("{\"a\":\n1}"), message("é"), Item::Comment, message("")]);
    }
}
