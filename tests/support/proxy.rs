//! Proxies on this machine: one that tunnels, one that refuses, one of SOCKS 5.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a proxy does with who comes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// Tunnels what `CONNECT` names.
    Tunnel,
    /// Answers 403.
    Refuse,
    /// Tunnels what SOCKS 5 names.
    Socks,
    /// Says by SOCKS 5 that it is not allowed.
    SocksRefuse,
}

/// A running proxy. It ends with the process.
pub(crate) struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming().filter_map(Result::ok) {
                let list = Arc::clone(&list);
                thread::spawn(move || drop(serve(client, manner, &list)));
            }
        });
        Self { port, asked }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The places it was asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, manner: Manner, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let place = match manner {
        Manner::Tunnel | Manner::Refuse => {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                client.read_exact(&mut byte)?;
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let place = head.split(' ').nth(1).unwrap_or_default().to_owned();
            asked.lock().unwrap().push(place.clone());
            if matches!(manner, Manner::Refuse) {
                return client.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
            }
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            place
        }
        Manner::Socks | Manner::SocksRefuse => {
            let mut greeting = [0; 2];
            client.read_exact(&mut greeting)?;
            client.read_exact(&mut vec![0; usize::from(greeting[1])])?;
            client.write_all(&[5, 0])?;
            let mut head = [0; 4];
            client.read_exact(&mut head)?;
            let host = match head[3] {
                1 => {
                    let mut ip = [0; 4];
                    client.read_exact(&mut ip)?;
                    std::net::Ipv4Addr::from(ip).to_string()
                }
                _ => {
                    let mut length = [0];
                    client.read_exact(&mut length)?;
                    let mut name = vec![0; usize::from(length[0])];
                    client.read_exact(&mut name)?;
                    String::from_utf8_lossy(&name).into_owned()
                }
            };
            let mut port = [0; 2];
            client.read_exact(&mut port)?;
            let place = format!("{host}:{}", u16::from_be_bytes(port));
            asked.lock().unwrap().push(place.clone());
            let refused = u8::from(matches!(manner, Manner::SocksRefuse)) * 2;
            client.write_all(&[5, refused, 0, 1, 0, 0, 0, 0, 0, 0])?;
            if refused > 0 {
                return Ok(());
            }
            place
        }
    };
    let server = TcpStream::connect(place)?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        to.shutdown(Shutdown::Write)
    });
    let (mut from, mut to) = (server, client);
    io::copy(&mut from, &mut to)?;
    to.shutdown(Shutdown::Write)
}
