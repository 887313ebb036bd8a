use super::*;

fn parts(text: &str) -> Vec<(&str, Option<Reason>)> {
    let found = Parts::find(text.as_bytes()).into_iter();
    found
        .map(|found| match found {
            Found::Entry(range, reason) => {
                (&text[range.start as usize..range.end as usize], reason)
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

fn read_all(text: &str) -> Vec<Flow> {
    let parts = parts(text).into_iter();
    parts
        .map(|(part, _)| read(part.as_bytes(), 0).unwrap())
        .collect()
}

fn body(flow: &Flow) -> Option<&str> {
    let bytes = flow.response.as_ref()?.body.bytes()?;
    std::str::from_utf8(bytes).ok()
}

#[test]
fn commands_are_found_in_scripts_and_behind_prompts() {
    let text = "\u{feff}#!/bin/bash\nset -e\n# curl https://no\n  curl a -d 'x\ncurl no'\n\
                me@host:~$ curl b\nC:\\Users\\me>curl c\nPS C:\\> curl.exe d\n+ curl e\nroot# curl f\n\
                curl g && curl h ; echo\necho curl i\n* curl j\n";
    let found = parts(text);
    let words: Vec<&str> = found
        .iter()
        .map(|(part, _)| part.split_whitespace().nth(1).unwrap())
        .collect();
    assert_eq!(words, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    assert!(is(text.as_bytes()));
    assert!(!is(b"curling is a sport\n* a list\n> a quote\n"));
}

#[test]
fn a_quote_that_does_not_close_takes_no_other_command_with_it() {
    let found = parts("curl 'a\n -d b\ncurl c\n");
    assert_eq!(found[0], ("curl 'a\n -d b\n", Some(Reason::Unclosed)));
    assert_eq!(found[1], ("curl c\n", None));
    assert_eq!(parts("curl \"a").len(), 1);
}

#[test]
fn logs_part_where_the_next_transfer_begins() {
    let one = "*   Trying 1.2.3.4:443...\n> GET /a HTTP/2\n> Host: h\n> \n< HTTP/2 200\n< \n";
    let text = format!("{one}body a\n{one}* Connection #0 left intact\nbody b{one}");
    let flows = read_all(&text);
    assert_eq!(flows.len(), 3);
    let bodies: Vec<_> = flows.iter().map(body).collect();
    // The third transfer's first message ran into the body.
    assert_eq!(bodies, [Some("body a"), Some("body b"), Some("")]);
}

#[test]
fn a_command_and_its_log_are_one_transfer() {
    let text = "$ curl -v https://h/a -d 'x=1' -d y\n* Connected to p (::1) port 80 (#0)\n\
                > CONNECT h:443 HTTP/1.1\n> \n< HTTP/1.1 200 Connection established\n< \n\
                > POST /a HTTP/1.1\n> Host: h\n> X: sent\n> Content-Length: 5\n> \n< HTTP/1.1 302 Found\n< \n\
                * Issue another request to this URL: 'https://h/b'\n> GET /b HTTP/1.1\n> Host: h\n>\n\
                < HTTP/1.1 200 OK\n<\n{}\n$ curl https://h/c\n";
    let flows = read_all(text);
    assert_eq!(flows.len(), 3);
    let first = &flows[0];
    assert_eq!(first.request.url.as_str(), "https://h/a");
    assert_eq!(first.request.headers.get("x"), Some("sent"));
    assert_eq!(first.request.body.bytes(), Some(&b"x=1&y"[..]));
    assert_eq!(first.response.as_ref().unwrap().status, Some(302));
    assert_eq!(body(&flows[1]), Some("{}"));
    assert_eq!(flows[2].request.url.as_str(), "https://h/c");
    assert_eq!(flows[2].response, None);
}

#[test]
fn an_answer_pasted_below_a_command_is_its_response() {
    let table = [
        ("{\"a\":\n 1}\n$ ", Some("{\"a\":\n 1}")),
        (
            "# it said\n\n&&&START&&&{\"a\":1}",
            Some("&&&START&&&{\"a\":1}"),
        ),
        (
            "xRhB57W6wcfZ/5UHuaVtkW93\nqxoB\n\nmore",
            Some("xRhB57W6wcfZ/5UHuaVtkW93qxoB"),
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}\r\n",
            Some("{}"),
        ),
        ("echo done\n", None),
        ("/usr/bin/something/else\n", None),
        ("{\"a\":1} and more\n", None),
        ("{ broken\n", None),
        ("", None),
    ];
    for (below, expected) in table {
        let flow = read(format!("curl h\n{below}").as_bytes(), 0).unwrap();
        assert_eq!(body(&flow), expected, "{below:?}");
    }
}

#[test]
fn what_can_not_be_known_is_said() {
    let flow = read(b"curl \"https://h/$PATH\" -d @file\n", 0).unwrap();
    assert_eq!(flow.warnings.len(), 2);
    let error = read(b"curl --version\n", 9).unwrap_err();
    assert_eq!((error.pointer.as_str(), error.byte), ("/url", Some(9)));
    let source = Source::from_bytes("x", b"* Connected to nothing\n".to_vec()).unwrap();
    assert!(matches!(locate(&source), Err(Error::NotACapture { .. })));
}

#[test]
fn no_cut_panics() {
    let text = "$ curl 'h' \\\n -d $'x\\x41' && curl ^\"b^\" ^\n\n* a\n> GET /b HTTP/1.1\n> Host: h\n>\n\
                < HTTP/1.1 200 OK\n<\n{\"a\":[1]}* Connection #0\nHTTP/1.1 200\n\nxRhB57W6wcfZ/5UHuaVtkW93\n";
    for end in 0..text.len() {
        for part in [&text[..end], &text[end..]] {
            for (part, _) in parts(part) {
                let _ = read(part.as_bytes(), 0);
            }
        }
    }
}
