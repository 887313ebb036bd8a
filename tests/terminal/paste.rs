//! Text that is pasted in brackets, as terminals send it.

use std::path::Path;

use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::export::curl::{Secrets, line};
use mishark_core::flow::Flow;
use mishark_core::workspace::Workspace;

use crate::home::Home;
use crate::pty::Pty;

/// The flow of the made-up home that sets a property.
fn flow() -> Flow {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(Path::new("samples/home.har")).unwrap());
    let id = workspace.ids().nth(14).unwrap();
    workspace.open(id).0.unwrap()
}

/// What a terminal sends of a text: its line breaks are those of the Enter key.
fn paste(pty: &mut Pty, text: &str) {
    let text = text.replace('\n', "\r");
    pty.press(&format!("\x1b[200~{text}\x1b[201~"));
}

#[test]
fn a_curl_command_becomes_a_flow_and_none_of_it_a_key() {
    let home = Home::new();
    let mut pty = home.start(&[], 100, 30);
    pty.wait_for("Open a capture");
    let line = line(&flow(), Secrets::Kept).unwrap().text;
    paste(&mut pty, &line);
    pty.wait_for("paste one flow");
    pty.wait_for("curl");
    pty.press("\x04");
    pty.wait_for("prop/set");
    // The form brings its key.
    pty.wait_for("signature ok");
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn a_form_with_its_answer_is_decrypted() {
    let home = Home::new();
    let mut pty = home.start(&[], 100, 30);
    pty.wait_for("Open a capture");
    pty.press("p");
    pty.wait_for("Ctrl-D takes it");
    let flow = flow();
    let form = String::from_utf8(flow.request.body.bytes().unwrap().to_vec()).unwrap();
    let answer = flow.response.unwrap();
    let answer = String::from_utf8(answer.body.bytes().unwrap().to_vec()).unwrap();
    paste(&mut pty, &format!("{form}\n\n{answer}\n"));
    pty.press("\x04");
    pty.wait_for("message: \"ok\"");
    pty.wait_for("value: true");
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn a_paste_into_a_line_is_text_and_its_line_break_takes_nothing() {
    let home = Home::new();
    let mut pty = home.open();
    pty.press("f");
    pty.wait_for("Enter take");
    paste(&mut pty, "path:prop/set\n");
    pty.wait_for("filter: path:prop/set");
    pty.wait_for("Enter take");
    pty.press("\r");
    pty.wait_for("NORMAL");
    // In the list it means nothing, and above all not the keys it consists of.
    paste(&mut pty, "q");
    pty.press("F");
    pty.wait_until("all flows", |screen| !screen.contents().contains("filter:"));
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}
