//! The way through a SOCKS proxy. What `ureq` does for it waits for the network as long as it likes, so
//! that runs on a thread that is there for so long.

use super::attentive::{Meanwhile, Moment, Names, STEP};
use std::sync::Arc;
use std::thread;
use std::time::Instant;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, SocksConnector, Transport,
};
use ureq::{Error, Proxy, ProxyProtocol};

/// Opens connections where a SOCKS proxy is to do so.
#[derive(Debug)]
pub(super) struct Socks(pub(super) Meanwhile);

impl<In: Transport> Connector<In> for Socks {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if chained.is_some() || !details.config.proxy().is_some_and(is_socks) {
            return Ok(chained.map(|inner| Box::new(inner) as Self::Out));
        }
        // the other work is for this thread alone
        let names = Names::new(Meanwhile::new(|_| {}));
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: &names,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::clone(&details.register_shutdown),
        };
        let connected = thread::scope(|scope| {
            let connects = || SocksConnector::default().connect(&details, None::<In>);
            let connecting = thread::Builder::new()
                .name("dragonfly-socks".into())
                .spawn_scoped(scope, connects)?;
            while !connecting.is_finished() {
                self.0.tell(Moment::Wait);
                thread::sleep(STEP);
            }
            connecting.join().unwrap_or(Err(Error::ConnectionFailed))
        })?;
        self.0.tell(Moment::Word);
        Ok(connected.map(|inner| {
            let meanwhile = self.0.clone();
            Box::new(Stepwise { inner, meanwhile }) as Self::Out
        }))
    }
}

fn is_socks(proxy: &Proxy) -> bool {
    use ProxyProtocol::{Socks4, Socks4A, Socks5, Socks5h};
    matches!(proxy.protocol(), Socks4 | Socks4A | Socks5 | Socks5h)
}

/// A connection that is listened to in small steps.
#[derive(Debug)]
struct Stepwise<T> {
    inner: T,
    meanwhile: Meanwhile,
}

impl<T: Transport> Transport for Stepwise<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = timeout.for_read();
        let started = Instant::now();
        loop {
            let left = timeout.after.saturating_sub(started.elapsed());
            let step = NextTimeout {
                after: left.min(STEP).into(),
                ..timeout
            };
            match self.inner.await_input(step) {
                Err(Error::Timeout(_)) if left > STEP => self.meanwhile.tell(Moment::Wait),
                other => {
                    self.meanwhile.tell(Moment::Word);
                    return other;
                }
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }
}
