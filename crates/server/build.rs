//! Embeds the web client into a release build: every file of `web/dist`, as it is and compressed. Other builds read the folder when the node starts, so that
//! a new build of the web client needs no new build of the server. Without the folder there is simply no web client.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Compressing these makes them larger.
const COMPRESSED_ALREADY: [&str; 8] = ["png", "jpg", "webp", "avif", "woff2", "mp4", "gz", "br"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let folder = Path::new("../../web/dist");
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let mut table = String::from("static EMBEDDED: &[Embedded] = &[\n");
    if is_release {
        println!("cargo:rerun-if-changed=../../web/dist");
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        for (number, file) in list(folder).into_iter().enumerate() {
            embed(&mut table, folder, &file, &out, number);
        }
    }
    table.push_str("];\n");
    let generated = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("embedded.rs");
    fs::write(generated, table).expect("the build folder can be written");
}

/// Every file under the folder, sorted; none without the folder.
fn list(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(current) = waiting.pop() {
        for entry in fs::read_dir(&current).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { waiting.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn embed(table: &mut String, folder: &Path, file: &Path, out: &Path, number: usize) {
    let name = file.strip_prefix(folder).expect("it was found there").to_string_lossy().replace('\\', "/");
    let bytes = fs::read(file).expect("a listed file can be read");
    let is_compressible = !file.extension().is_some_and(|extension| COMPRESSED_ALREADY.iter().any(|known| extension == *known));
    let include = |suffix: &str, bytes: &[u8]| {
        let path = out.join(format!("web-{number}{suffix}"));
        fs::write(&path, bytes).expect("the build folder can be written");
        format!("include_bytes!({:?})", path.display().to_string())
    };
    let identity = include("", &bytes);
    let smaller = |suffix: &str, packed: Vec<u8>| {
        if is_compressible && packed.len() < bytes.len() { format!("Some({})", include(suffix, &packed)) } else { "None".to_owned() }
    };
    let brotli = smaller(".br", brotli(&bytes));
    let gzip = smaller(".gz", gzip(&bytes));
    let _ = writeln!(table, "    Embedded {{ path: {name:?}, identity: {identity}, brotli: {brotli}, gzip: {gzip} }},");
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    const BUFFER_BYTES: usize = 4096;
    const QUALITY: u32 = 11;
    const WINDOW_BITS: u32 = 22;
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, BUFFER_BYTES, QUALITY, WINDOW_BITS);
    writer.write_all(bytes).expect("memory can be written");
    drop(writer);
    packed
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).expect("memory can be written");
    writer.finish().expect("memory can be written")
}
