//! The builder: from a flow, a template or nothing to a draft, edited part by
//! part, each byte of it what the user meant.

use mishark::tui::effect::{Editing, Outside};
use mishark::tui::message::Message;
use mishark::tui::outside::{Programs, edit};

use super::builder_home::{Home, SET, data_of, header_of, plaintext};
use super::support::Screen;

#[test]
fn a_write_is_edited_at_80x24_with_plaintext_and_effect_in_sight() {
    let mut home = Home::open(80, 24);
    home.build(14).screen.press("j j j j j enter ctrl-u");
    home.screen.type_text("fals");
    home.screen.shows("^ text ends too early");
    home.screen.type_text("e").press("enter");
    home.screen.shows("BUILD*").shows("2.1 = false");
    insta::assert_snapshot!(home.text());
}

#[test]
fn the_question_before_a_write_names_host_account_and_device_at_120x40() {
    let mut home = Home::open(120, 40);
    home.build(14).screen.press("ctrl-r");
    insta::assert_snapshot!(home.text());
}

#[test]
fn json_that_is_wrong_is_told_below_the_box_beside_the_flow_at_200x60() {
    let mut home = Home::open(200, 60);
    home.build(14).screen.press("e backspace backspace");
    home.screen.type_text(" x]}");
    home.screen.shows("line 1, column 112: expected ',' or ']'");
    insta::assert_snapshot!(home.text());
}

#[test]
fn an_untouched_draft_is_sent_byte_for_byte_as_captured() {
    let mut home = Home::open(120, 40);
    // Opening a box and taking it, undoing and restoring touch nothing.
    home.build(13).screen.press("e ctrl-d u 0");
    home.screen.hides("(edited *)").press("ctrl-r");
    let seen = home.one_sent();
    assert_eq!(data_of(&seen), plaintext(13));
    assert_eq!(seen.mode, "chained");
    assert_eq!(seen.target, "/app/miotspec/prop/get");
}

#[test]
fn every_part_can_be_edited_is_marked_and_undone() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(13).screen;
    // From the plaintext up to the parameters, and further.
    screen.press("k enter").type_text("extra=1").press("ctrl-d");
    screen.shows("*params  data, extra");
    screen
        .press("k enter enter")
        .type_text("own=cookie")
        .press("ctrl-d");
    screen.shows("*cookies 12: ");
    screen
        .press("k enter enter")
        .type_text("x-own: header")
        .press("ctrl-d");
    screen.shows("*headers 6: ");
    screen.press("k enter").shows("*style   RC4 fresh");
    screen.press("enter").shows("*style   signed only (HMAC)");
    screen.press("enter").shows(" style   RC4 chained");
    screen.press("Z").shows("gzip [ ]");
    screen.press("k enter ctrl-u");
    screen.type_text("https://de.api.io.mi.com").press("enter");
    screen.shows("*base    https://de.api.io.mi.com");
    screen.press("k enter ctrl-u");
    screen
        .type_text("GET /app/miotspec/prop/get?a=b")
        .press("enter");
    screen.shows("*path    GET /app/miotspec/prop/get?a=b");
    screen.shows("GET has no body");
    screen.press("k enter").type_text("mijia").press("enter");
    screen
        .shows("*session ")
        .shows("at mijia")
        .shows("(edited *)");
    let edits = ["session", "path", "base", "gzip", "style"];
    screen.press(&"u ".repeat(edits.len() + 2));
    for part in ["session", "path", "base", "style"] {
        screen.hides(&format!("*{part} "));
    }
    screen.press("u u u").hides("(edited *)");
    screen.press("u").shows("nothing to undo");
    assert_eq!(header_sent(&mut home, "x-own"), "");
}

/// Sends the draft and returns a header field of it.
fn header_sent(home: &mut Home, name: &str) -> String {
    home.screen.press("ctrl-r");
    header_of(&home.one_sent(), name).to_owned()
}

#[test]
fn what_was_edited_is_what_is_sent() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(13).screen;
    screen
        .press("k enter")
        .type_text("extra=a=b")
        .press("ctrl-d");
    screen
        .press("k enter enter")
        .type_text("own=cookie")
        .press("ctrl-d");
    screen
        .press("k enter enter")
        .type_text("X-Own:  header ")
        .press("ctrl-d");
    screen.press("Z");
    screen.press("ctrl-r");
    let seen = home.one_sent();
    assert_eq!(header_of(&seen, "x-own"), "header");
    assert_eq!(header_of(&seen, "miot-accept-encoding"), "");
    assert!(header_of(&seen, "cookie").ends_with("; own=cookie"));
    let extra = seen.params.iter().find(|(name, _)| name == "extra");
    assert_eq!(extra.unwrap().1, b"a=b");
    assert_eq!(data_of(&seen), plaintext(13), "and the rest is untouched");
}

#[test]
fn a_part_is_restored_alone() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(14).screen;
    screen
        .press("j j j j j enter ctrl-u")
        .type_text("false")
        .press("enter");
    screen
        .press("g k k enter enter")
        .type_text("a=b")
        .press("ctrl-d");
    screen.shows("*cookies").press("0").hides("*cookies");
    screen.shows("2.1 = false");
    // Over the parameters down to the plaintext.
    screen.press("j j 0").shows("2.1 = true").hides("*cookies");
}

#[test]
fn a_line_that_is_no_header_is_told_and_its_text_kept() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(13).screen;
    screen.press("k k k enter enter").type_text("no header");
    screen.shows("line 6, column 10: expected a name and ':'");
    screen.press("ctrl-d").shows("no header");
    screen.shows("expected a name and ':'");
}

#[test]
fn leaving_a_box_asks_before_its_text_is_lost() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(13).screen;
    screen.press("e").type_text("xyz").press("esc");
    screen.shows("Leave without taking it?");
    screen.press("n").shows("xyz").press("esc y");
    screen.hides("xyz").hides("(edited *)");
    // Without an edit nothing is asked.
    screen.press("e esc").hides("sent byte for byte");
}

#[test]
fn a_plaintext_that_is_no_json_is_signed_only_when_it_is_meant() {
    let mut home = Home::open(160, 50);
    let screen = &mut home.build(13).screen;
    screen.press("e").type_text(",").press("ctrl-d");
    screen.shows("expected the end of the text");
    screen.press("ctrl-r").shows("The plaintext is no JSON");
    screen.press("n");
    home.none_sent();
    home.screen.press("ctrl-r y");
    // What it does can not be told any more, so that may be asked too.
    if home.screen.text().contains("Send it?") {
        home.screen.press("y");
    }
    let mut expected = plaintext(13);
    expected.push(b',');
    assert_eq!(data_of(&home.one_sent()), expected);
    // The next time is asked for again.
    home.screen.press("D").shows("Sign it all the same?");
}

#[test]
fn a_template_is_filled_with_what_the_capture_knows() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.screen;
    screen.press("ctrl-t").type_text("prop-set").press("enter");
    screen.shows("did: ").shows("known");
    screen.press("tab").shows("did: ");
    while !screen.text().contains("did: 900000001") {
        screen.press("tab");
    }
    screen.shows("客厅吸顶灯").press("enter");
    screen
        .shows("siid: ")
        .press("tab")
        .shows("siid: 2")
        .press("enter");
    screen
        .shows("piid: ")
        .press("tab")
        .shows("piid: 1")
        .press("enter");
    screen.shows("value:").type_text("false").press("enter");
    screen.shows("path    POST /app/miotspec/prop/set");
    screen
        .shows("WRITES")
        .press("ctrl-r")
        .shows("客厅吸顶灯 (900000001)");
    screen.press("y");
    let sent = data_of(&home.one_sent()).to_vec();
    let expected = r#"{"params":[{"did":"900000001","siid":2,"piid":1,"value":false}]}"#;
    assert_eq!(String::from_utf8(sent).unwrap(), expected);
}

#[test]
fn a_call_is_written_from_nothing_and_says_that_a_session_is_missing() {
    let mut screen = Screen::new(120, 40);
    screen.press("ctrl-t").type_text("empty").press("enter");
    screen
        .shows("path    POST /app/")
        .shows("none: Enter chooses one");
    screen.press("enter").type_text("v2/x").press("enter");
    screen.shows("POST /app/v2/x");
    screen.press("ctrl-r").shows("no session to sign with");
    screen.press("D").shows("no session to sign with");
    // A key that is given then is taken by a new one.
    screen
        .press("S a")
        .type_text("rAnKuwnp8Nqby2BclfOCRg==")
        .press("enter");
    screen
        .press("esc ctrl-t")
        .type_text("empty")
        .press("enter y D");
    screen.shows("dry run: nothing was sent").press("ctrl-r");
    screen.shows("has no serviceToken");
}

/// Hands what was given to the editor to a shell command, and its file back.
fn edit_by(screen: &mut Screen, script: &str) {
    let Some(Outside::Edit(editing)) = screen.outside.pop() else {
        panic!("nothing was handed to an editor");
    };
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs {
        editor: format!("sh -c '{script}' editor"),
        pager: String::new(),
    };
    let message = match edit(&programs, folder.path(), &editing) {
        Ok(editing) => Message::Edited(editing),
        Err(error) => Message::Failed(error.to_string()),
    };
    screen.send(message);
}

#[cfg(unix)]
#[test]
fn an_editor_of_ones_own_edits_the_plaintext() {
    let mut home = Home::open(120, 40);
    home.build(14).screen.press("ctrl-e");
    edit_by(&mut home.screen, "true");
    home.screen.hides("(edited *)");
    home.screen.press("ctrl-e");
    edit_by(&mut home.screen, "sed -i.bak s/true/false/ \"$1\"");
    home.screen.shows("2.1 = false").shows("(edited *)");
    home.screen.press("ctrl-r y");
    let sent = data_of(&home.one_sent()).to_vec();
    assert_eq!(
        String::from_utf8(sent).unwrap(),
        SET.replace("true", "false")
    );
    home.screen.press("u").shows("2.1 = true");
}

#[cfg(unix)]
#[test]
fn an_editor_that_fails_leaves_the_draft_and_says_so() {
    let mut home = Home::open(160, 50);
    home.build(14).screen.press("ctrl-e");
    edit_by(&mut home.screen, "echo gone > \"$1\"; exit 7");
    home.screen.shows("exit status: 7").hides("(edited *)");
    home.screen.press("ctrl-r y");
    assert_eq!(data_of(&home.one_sent()), SET.as_bytes());
}

#[cfg(unix)]
#[test]
fn the_text_of_an_open_box_goes_to_the_editor_and_comes_back_into_it() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(14).screen;
    screen.press("e").type_text(" ").press("ctrl-e");
    edit_by(screen, "sed -i.bak s/35/50/ \"$1\"");
    screen.shows("50}").hides("2.2 = 50");
    screen.press("ctrl-d").shows("2.2 = 50");
    // Headers, too, where the cursor is on them.
    screen.press("g k k k ctrl-e");
    edit_by(screen, "echo x-own: header >> \"$1\"");
    screen.shows("*headers");
}

#[test]
fn bytes_that_are_no_text_go_to_the_editor_and_into_no_box() {
    let mut home = Home::open(120, 40);
    home.build(13);
    let editing = Editing {
        purpose: mishark::tui::asked::BoxFor::Data,
        text: b"\xFF\xFE".to_vec(),
    };
    home.screen.send(Message::Edited(editing.clone()));
    home.screen.press("e").shows("not UTF-8").press("ctrl-e");
    let Some(Outside::Edit(given)) = home.screen.outside.pop() else {
        panic!("nothing was handed to an editor");
    };
    assert_eq!(given, editing);
    assert!(!format!("{given:?}").contains("255"), "no text in Debug");
}

#[test]
fn edits_that_were_not_sent_are_never_lost_without_a_question() {
    let mut home = Home::open(120, 40);
    home.build(13)
        .screen
        .press("e")
        .type_text(" ")
        .press("ctrl-d");
    // Closing the pane keeps them.
    home.screen.press("esc").hides("(edited *)").press("alt-4");
    home.screen.shows("(edited *)");
    home.go_to(14).screen.press("r");
    home.screen.shows("Put another draft in").press("n");
    home.screen
        .press("alt-4")
        .shows("(edited *)")
        .shows("prop/get");
    home.screen
        .press("q")
        .shows("Quit all the same?")
        .press("n");
    assert!(!home.screen.quit);
    // A replay of another flow would take their place, too.
    home.go_to(27)
        .screen
        .press("R")
        .shows("Put another draft")
        .press("n");
    home.none_sent();
    // What was sent can go.
    home.screen.press("alt-4 ctrl-r");
    let _ = home.one_sent();
    home.go_to(14).screen.press("r").shows("WRITES");
    home.screen.press("q");
    assert!(home.screen.quit);
}

#[test]
fn nothing_of_the_builder_breaks_a_small_screen() {
    for keys in ["g k k k", "e x", "D", "S", "ctrl-r"] {
        let mut home = Home::open(80, 24);
        home.build(14).screen.press(keys);
        for (width, height) in [
            (40, 10),
            (41, 11),
            (60, 15),
            (61, 16),
            (99, 17),
            (20, 4),
            (1, 1),
        ] {
            let resize = Message::Resize(width, height);
            let text = home.screen.send(resize).text();
            assert_eq!(
                text.split('\n').count(),
                usize::from(height),
                "{keys} {width}x{height}"
            );
        }
    }
}
