//! TLS from PEM files, read again when they change.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use parking_lot::RwLock;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, crypto};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::TlsFiles;

/// How often the files are looked at: tools that renew certificates need tell nobody.
pub const LOOK_EVERY: Duration = Duration::from_mins(1);

/// A certificate that is in use, and where it came from.
pub struct Tls {
    files: TlsFiles,
    certificate: Arc<Current>,
    read_at: RwLock<Option<SystemTime>>,
    acceptor: TlsAcceptor,
}

/// The certificate that new connections get.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().clone())
    }
}

impl Tls {
    /// Reads the files; an error names the file and what is wrong with it.
    pub fn load(files: TlsFiles) -> Result<Arc<Self>> {
        let read_at = changed_at(&files);
        let certificate = Arc::new(Current(RwLock::new(Arc::new(read(&files)?))));
        let provider = Arc::new(crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS could not be set up")?
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(Self { files, certificate, read_at: RwLock::new(read_at), acceptor: TlsAcceptor::from(Arc::new(config)) }))
    }

    /// Reads the files again. When they cannot be used, the certificate stays as it is.
    pub fn reload(&self) -> Result<()> {
        let read_at = changed_at(&self.files);
        let certificate = Arc::new(read(&self.files)?);
        *self.certificate.0.write() = certificate;
        *self.read_at.write() = read_at;
        Ok(())
    }

    /// Whether a file was written after it was last read.
    pub fn has_changed(&self) -> bool {
        changed_at(&self.files) != *self.read_at.read()
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }
}

fn read(files: &TlsFiles) -> Result<CertifiedKey> {
    let shown = |path: &Path| path.display().to_string();
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .with_context(|| format!("could not read the certificate {} (tls.certificate)", shown(&files.certificate)))?
        .collect::<Result<Vec<_>, _>>()
        .with_context(|| format!("{} (tls.certificate) is not a PEM file", shown(&files.certificate)))?;
    if chain.is_empty() {
        bail!("{} (tls.certificate) holds no certificate; it must have the whole chain in PEM form", shown(&files.certificate));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .with_context(|| format!("could not read a private key from {} (tls.key); it must be in PEM form, not encrypted", shown(&files.key)))?;
    CertifiedKey::from_der(chain, key, &crypto::ring::default_provider())
        .with_context(|| format!("{} and {} do not belong together", shown(&files.certificate), shown(&files.key)))
}

fn changed_at(files: &TlsFiles) -> Option<SystemTime> {
    let time = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    time(&files.certificate).max(time(&files.key))
}
