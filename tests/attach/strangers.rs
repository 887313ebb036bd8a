//! Servers that are neither, and addresses that nobody named.

use mishark_core::attach::Trouble;

use crate::attach;
use crate::server::{Answer, Server};

#[test]
fn another_server_is_told_apart() {
    for (bytes, trouble) in [
        (
            "HTTP/1.1 200 X\r\ncontent-length: 6\r\n\r\n<html>",
            Trouble::Neither,
        ),
        (
            "HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n",
            Trouble::Neither,
        ),
        (
            "HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}",
            Trouble::Neither,
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n", Trouble::Neither),
        (
            "HTTP/1.1 403 X\r\ncontent-length: 16\r\n\r\nby DNS rebinding",
            Trouble::ByNumberOnly,
        ),
    ] {
        let server = Server::start(move |_| Some(Answer::raw(bytes)));
        let poll = attach(&server).poll();
        assert!(poll.arrivals.is_empty());
        assert_eq!(poll.trouble, Some(trouble), "{bytes}");
    }
}

#[test]
fn nobody_at_all_is_told() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let target = mishark_core::attach::Target::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let trouble = mishark_core::attach::Attachment::new(target).poll().trouble;
    assert_eq!(trouble.unwrap().to_string(), "no connection: refused");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(|_| Some(Answer::new(200, &[], b"{}")));
    let to = format!("{}/flows", elsewhere.url());
    let server = Server::start(move |_| Some(Answer::new(302, &[("location", &to)], b"")));
    let poll = attach(&server).poll();
    assert_eq!(poll.trouble, Some(Trouble::Neither));
    assert_eq!(elsewhere.asked(), Vec::<String>::new());
    assert!(!server.asked().is_empty());
}
