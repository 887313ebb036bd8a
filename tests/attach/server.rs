//! A server on this machine that answers as it is told, and remembers what it
//! was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// An answer, as bytes on the wire.
pub(crate) struct Answer(Vec<u8>);

impl Answer {
    /// A whole answer.
    pub(crate) fn new(status: u16, fields: &[(&str, &str)], body: &[u8]) -> Self {
        let mut bytes = format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in fields {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = format!("{bytes}\r\n").into_bytes();
        bytes.extend_from_slice(body);
        Self(bytes)
    }

    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self::new(200, &[], value.to_string().as_bytes())
    }

    /// Whatever bytes; the connection ends behind them.
    pub(crate) fn raw(bytes: &str) -> Self {
        Self(bytes.as_bytes().to_vec())
    }
}

/// What was asked: the target, and the fields as they came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) target: String,
    pub(crate) fields: Vec<String>,
}

type Answerer = Box<dyn FnMut(&Asked) -> Option<Answer> + Send>;

/// A running server. It ends with the process.
pub(crate) struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    answerer: Arc<Mutex<Answerer>>,
}

impl Server {
    /// Answers each question by a function; `None` hangs up.
    pub(crate) fn start(answerer: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answerer: Arc<Mutex<Answerer>> = Arc::new(Mutex::new(Box::new(answerer)));
        let (list, answers) = (Arc::clone(&asked), Arc::clone(&answerer));
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let (list, answers) = (Arc::clone(&list), Arc::clone(&answers));
                thread::spawn(move || serve(stream, &list, &answers));
            }
        });
        Self {
            port,
            asked,
            answerer,
        }
    }

    /// Answers otherwise from now on.
    pub(crate) fn answer(&self, answerer: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) {
        *self.answerer.lock().unwrap() = Box::new(answerer);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The targets it was asked for since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap();
        asked.drain(..).map(|asked| asked.target).collect()
    }
}

/// One question a connection, so that a server can go at any time.
fn serve(stream: TcpStream, list: &Mutex<Vec<Asked>>, answerer: &Mutex<Answerer>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let target = lines.first()?.split(' ').nth(1)?.to_owned();
    let asked = Asked {
        target,
        fields: lines.split_off(1),
    };
    list.lock().unwrap().push(asked.clone());
    let answer = answerer.lock().unwrap()(&asked)?;
    (&stream).write_all(&answer.0).ok()
}
