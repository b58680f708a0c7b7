//! Builds a client's frames, right ones and wrong ones.

pub(super) const CONTINUATION: u8 = 0x0;
pub(super) const TEXT: u8 = 0x1;
pub(super) const BINARY: u8 = 0x2;
pub(super) const CLOSE: u8 = 0x8;
pub(super) const PING: u8 = 0x9;
pub(super) const PONG: u8 = 0xA;

/// How a length is written, where it is not written as it should be.
#[derive(Debug, Clone, Copy)]
pub(super) enum LengthForm {
    Shortest,
    TwoBytes,
    EightBytes,
}

#[derive(Debug, Clone)]
pub(super) struct ClientFrame {
    pub(super) fin: bool,
    pub(super) reserved_bits: u8,
    pub(super) opcode: u8,
    pub(super) mask: Option<[u8; 4]>,
    pub(super) length_form: LengthForm,
    pub(super) payload: Vec<u8>,
}

impl ClientFrame {
    pub(super) fn new(opcode: u8, payload: impl AsRef<[u8]>) -> Self {
        Self {
            fin: true,
            reserved_bits: 0,
            opcode,
            mask: Some([0x37, 0xfa, 0x21, 0x3d]),
            length_form: LengthForm::Shortest,
            payload: payload.as_ref().to_vec(),
        }
    }

    pub(super) fn unfinished(self) -> Self {
        Self { fin: false, ..self }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut frame = header(self, self.payload.len() as u64);
        let mask = self.mask.unwrap_or_default();
        frame.extend(self.payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
        frame
    }

    /// The head alone, announcing a payload of any length.
    pub(super) fn encode_header(&self, announced_bytes: u64) -> Vec<u8> {
        header(self, announced_bytes)
    }
}

pub(super) fn encode_all(frames: &[ClientFrame]) -> Vec<u8> {
    frames.iter().flat_map(ClientFrame::encode).collect()
}

/// One message in as many frames as there are parts.
pub(super) fn fragments<P: AsRef<[u8]>>(opcode: u8, parts: &[P]) -> Vec<ClientFrame> {
    let last = parts.len() - 1;
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let opcode = if index == 0 { opcode } else { CONTINUATION };
            ClientFrame { fin: index == last, ..ClientFrame::new(opcode, part) }
        })
        .collect()
}

fn header(frame: &ClientFrame, length: u64) -> Vec<u8> {
    let mut header = vec![u8::from(frame.fin) << 7 | frame.reserved_bits << 4 | frame.opcode];
    let masked = if frame.mask.is_some() { 0x80 } else { 0 };
    match (frame.length_form, length) {
        (LengthForm::Shortest, 0..=125) => header.push(masked | length as u8),
        (LengthForm::Shortest, 126..=0xFFFF) | (LengthForm::TwoBytes, _) => {
            header.push(masked | 0x7e);
            header.extend((length as u16).to_be_bytes());
        }
        _ => {
            header.push(masked | 0x7f);
            header.extend(length.to_be_bytes());
        }
    }
    header.extend(frame.mask.into_iter().flatten());
    header
}
