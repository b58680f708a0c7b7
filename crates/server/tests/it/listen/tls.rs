use std::path::Path;
use std::sync::Arc;

use parlor_server::config::TlsFiles;
use parlor_server::listen::Tls;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsConnector;

use super::{House, Plan, read_to_end};

/// Writes a fresh certificate for `localhost` and gives it back.
fn write_certificate(folder: &Path) -> (TlsFiles, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: folder.join("chain.pem"), key: folder.join("key.pem") };
    std::fs::write(&files.certificate, cert.pem()).unwrap();
    std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    (files, cert.der().clone())
}

/// Asks over TLS, trusting this certificate and no other.
async fn ask(house: &House, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), house.connect().await).await?;
    stream.write_all(b"GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    Ok(read_to_end(&mut stream).await)
}

#[tokio::test]
async fn a_new_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (files, first) = write_certificate(folder.path());
    let tls = Tls::load(files.clone()).unwrap();
    let house = House::open(Plan { tls: Some(tls.clone()), ..Plan::default() });
    assert!(ask(&house, &first).await.unwrap().ends_with("hello"));
    assert!(!tls.has_changed());

    let (_, second) = write_certificate(folder.path());
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options().write(true).open(&files.key).unwrap().set_modified(later).unwrap();
    assert!(tls.has_changed());
    tls.reload().unwrap();
    assert!(!tls.has_changed());
    assert!(ask(&house, &second).await.unwrap().ends_with("hello"));
    assert!(ask(&house, &first).await.is_err(), "the old certificate is gone");

    std::fs::write(&files.certificate, "nonsense").unwrap();
    assert!(tls.reload().is_err());
    assert!(ask(&house, &second).await.unwrap().ends_with("hello"), "the last good one stays in use");
}

#[tokio::test]
async fn plain_http_on_a_tls_port_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(Plan { tls: Some(Tls::load(write_certificate(folder.path()).0).unwrap()), ..Plan::default() });
    assert!(!house.exchange(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").await.contains("hello"));
    house.until_open(0).await;
}

#[test]
fn files_that_cannot_be_used_are_named_with_their_key() {
    let folder = tempfile::tempdir().unwrap();
    let (files, _) = write_certificate(folder.path());
    let refusal = |files: TlsFiles| format!("{:#}", Tls::load(files).err().unwrap());
    let missing = refusal(TlsFiles { certificate: folder.path().join("nothing.pem"), ..files.clone() });
    assert!(missing.contains("nothing.pem (tls.certificate)") && missing.contains("No such file"), "{missing}");
    let swapped = refusal(TlsFiles { certificate: files.key.clone(), key: files.certificate.clone() });
    assert!(swapped.contains("holds no certificate"), "{swapped}");
    let other = tempfile::tempdir().unwrap();
    let foreign = refusal(TlsFiles { key: write_certificate(other.path()).0.key, ..files });
    assert!(foreign.contains("do not belong together"), "{foreign}");
}
