//! TLS in front of an inbox, with certificates made for the test.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// One who issues certificates, known to nobody but whom `file` is given to.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

/// What a server shows, and the key to it.
pub(crate) struct Shown(Arc<ServerConfig>);

/// A server that speaks TLS to its clients and hands on to an inbox what they say.
pub(crate) struct Front {
    port: u16,
    shown: Arc<Mutex<Option<Arc<ServerConfig>>>>,
    connections: Arc<AtomicUsize>,
}

/// From this year to that one.
type Years = (i32, i32);
pub(crate) const NOW: Years = (2000, 4000);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// Its own certificate, for `SSL_CERT_FILE`.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub(crate) fn issue(&self, host: &str, years: Years) -> Shown {
        let key = KeyPair::generate().unwrap();
        let certificate = params(host, years).signed_by(&key, &self.issuer).unwrap();
        Shown::new(certificate.der().clone(), &key)
    }
}

fn params(host: &str, (from, to): Years) -> CertificateParams {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(to, 1, 1);
    params
}

impl Shown {
    /// Issued by nobody but itself.
    pub(crate) fn by_itself(host: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(host, NOW).self_signed(&key).unwrap();
        Self::new(certificate.der().clone(), &key)
    }

    fn new(certificate: rustls::pki_types::CertificateDer<'static>, key: &KeyPair) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        Self(Arc::new(config))
    }
}

impl Front {
    /// It says nothing at all until it is told what to show.
    pub(crate) fn before(inbox: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let front = Self {
            port: listener.local_addr().unwrap().port(),
            shown: Arc::default(),
            connections: Arc::default(),
        };
        let (shown, connections) = (Arc::clone(&front.shown), Arc::clone(&front.connections));
        thread::spawn(move || {
            let mut silent = Vec::new();
            for client in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::AcqRel);
                match shown.lock().unwrap().clone() {
                    Some(config) => drop(thread::spawn(move || serve(client, config, inbox))),
                    None => silent.push(client),
                }
            }
        });
        front
    }

    pub(crate) fn shows(&self, shown: &Shown) {
        *self.shown.lock().unwrap() = Some(Arc::clone(&shown.0));
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How often it was called, also by those who left once they saw the certificate.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Acquire)
    }
}

fn serve(client: TcpStream, config: Arc<ServerConfig>, inbox: SocketAddr) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(connection, client);
    client.conn.complete_io(&mut client.sock)?;
    let mut inbox = TcpStream::connect(inbox)?;
    for stream in [&client.sock, &inbox] {
        stream.set_read_timeout(Some(Duration::from_millis(1)))?;
    }
    loop {
        hand_on(&mut client, &mut inbox)?;
        hand_on(&mut inbox, &mut client)?;
    }
}

fn hand_on(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut bytes = [0; 16 * 1024];
    match from.read(&mut bytes) {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        Ok(count) => to.write_all(&bytes[..count]).and_then(|()| to.flush()),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(()),
        Err(error) => Err(error),
    }
}
