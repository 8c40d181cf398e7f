//! A server of threads that does to each connection what a test says.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server on this machine. Its threads end with the process.
pub(crate) struct Server {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
    requests: Requests,
}

/// The head of each request, behind the number of its connection.
type Requests = Arc<Mutex<Vec<(usize, String)>>>;

/// One connection to a [`Server`].
pub(crate) struct Connection {
    stream: TcpStream,
    number: usize,
    requests: Requests,
}

impl Server {
    /// Does `serve` to each connection, in a thread of its own.
    pub(crate) fn start(serve: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Requests::default());
        let (accepted, seen, serve) = (Arc::clone(&connections), Arc::clone(&requests), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let number = accepted.fetch_add(1, Ordering::SeqCst);
                let (stream, requests) = (stream.unwrap(), Arc::clone(&seen));
                let mut connection = Connection { stream, number, requests };
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(&mut connection));
            }
        });
        Self { url, connections, requests }
    }

    /// Answers each request of each connection with the same.
    pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |connection| {
            while connection.read_request().is_some() {
                connection.write(&answer);
            }
        })
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The heads of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|(_, head)| head.clone()).collect()
    }

    /// The connections over which requests with that text in their head came.
    pub(crate) fn connections_of(&self, text: &str) -> BTreeSet<usize> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|(_, head)| head.contains(text)).map(|(number, _)| *number).collect()
    }
}

impl Connection {
    /// Reads one request with its body. `None` at the end of the connection.
    pub(crate) fn read_request(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if self.stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.stream.read_exact(&mut body).ok()?;
        self.requests.lock().unwrap().push((self.number, head.clone()));
        Some(head)
    }

    /// Whether all could be written.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Ends this side, and waits until the other has ended its own.
    pub(crate) fn close(&mut self) {
        self.stream.shutdown(Shutdown::Write).ok();
        self.wait_for_close();
    }

    /// Waits until the other side has ended.
    pub(crate) fn wait_for_close(&mut self) {
        while self.stream.read(&mut [0; 1024]).is_ok_and(|read| read > 0) {}
    }
}

/// An answer with a declared length.
pub(crate) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{head}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
