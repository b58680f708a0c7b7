//! Where a password comes from: the environment, a prompt without echo, or the first line of a pipe. Never the command line, where every user of the machine sees it.

use std::io::{BufRead, IsTerminal};

use anyhow::Context as _;
use parlor_types::Password;

/// The variable for scripts.
const VARIABLE: &str = "PARLOR_PASSWORD";

/// Asks for a password. With `twice` it is asked for again, because nobody sees what they typed.
pub(crate) fn ask(prompt: &str, twice: bool) -> anyhow::Result<Password> {
    let text = match std::env::var(VARIABLE) {
        Ok(text) => text,
        Err(std::env::VarError::NotPresent) if std::io::stdin().is_terminal() => {
            let text = rpassword::prompt_password(prompt).context("the password could not be read")?;
            if twice && rpassword::prompt_password("Once more: ").context("the password could not be read")? != text {
                anyhow::bail!("the two passwords differ");
            }
            text
        }
        Err(std::env::VarError::NotPresent) => first_line(&mut std::io::stdin().lock())?,
        Err(std::env::VarError::NotUnicode(_)) => anyhow::bail!("{VARIABLE} is not UTF-8"),
    };
    Ok(text.parse()?)
}

fn first_line(input: &mut impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line).context("the password could not be read from the standard input")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piped_password_is_the_first_line_without_its_end() {
        assert_eq!(first_line(&mut &b"se cret \r\nrest"[..]).unwrap(), "se cret ");
        assert_eq!(first_line(&mut &b"no end"[..]).unwrap(), "no end");
        assert!(first_line(&mut &b"\xff\n"[..]).is_err());
    }
}
