//! Connections on which nothing moves are given up: hyper's own limits begin with the first bytes
//! of a request.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;

/// How long nothing may come, or nothing be taken. Longer than a quiet HTTP/2 connection goes
/// without answering a ping, and than the slowest line needs for a piece of anything.
pub const QUIET: Duration = Duration::from_secs(90);

/// Another way of accepting, with that limit on every connection.
#[derive(Clone)]
pub struct Patient<A>(pub A);

type Accepting<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl<A, S> Accept<TcpStream, S> for Patient<A>
where
    A: Accept<TcpStream, S>,
    A::Stream: AsyncRead + AsyncWrite,
    A::Future: Send + 'static,
{
    type Stream = Pin<Box<TimeoutStream<A::Stream>>>;
    type Service = A::Service;
    type Future = Accepting<(Self::Stream, Self::Service)>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let accepted = self.0.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepted.await?;
            let mut stream = TimeoutStream::new(stream);
            stream.set_read_timeout(Some(QUIET));
            stream.set_write_timeout(Some(QUIET));
            Ok((Box::pin(stream), service))
        })
    }
}
