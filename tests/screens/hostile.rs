//! Captures that want to harm: nothing of them reaches a cell as it is.

use super::recording::Recording;
use super::support::Screen;

/// Clears the screen, writes a title, turns the direction of writing, joins
/// and hides, in every place that is shown.
const NASTY: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}gpj\u{200b}\u{feff}\u{85}\u{9b}31m\r\n\t\u{0}灯🏠e\u{301}👨\u{200d}👩";

fn nasty() -> Vec<u8> {
    let text = serde_json::to_string(NASTY).unwrap();
    // Raw bytes in the answer too, not as escapes.
    let answer = format!(
        "{{\"{0}\":\"{0}\",\"list\":[\"{0}\"]}}",
        NASTY.replace(['\n', '\r', '\t', '\0', '\u{1b}', '\u{7}'], "")
    );
    let request = format!(
        "{{{text}:{text},\"did\":{text},\"params\":[{{\"did\":{text},\"siid\":2,\"piid\":1}}]}}"
    );
    Recording::new()
        .call("/miotspec/prop/get", &request, format!("{{\"code\":-1,\"message\":{text},\"result\":[{text}]}}"))
        .call("/miotspec/prop/get", &request, &answer)
        .call(&format!("/{NASTY}/x?y"), &request, NASTY)
        .call("/home/device_list", "{}", format!("{{\"code\":0,\"result\":{{\"list\":[{{\"did\":\"1\",\"name\":{text},\"model\":{text}}}]}}}}"))
        .call("/miotspec/prop/set", r#"{"params":[{"did":"1","siid":2,"piid":1,"value":1}]}"#, NASTY)
        .foreign(&format!("https://{NASTY}.example/{NASTY}"), NASTY, NASTY.as_bytes())
        .foreign("https://b.example/bytes", "x/y", &(0..=255).collect::<Vec<u8>>())
        .bytes()
}

#[test]
fn control_bytes_and_direction_marks_never_reach_a_cell() {
    for (width, height) in [(80, 24), (160, 20)] {
        let mut screen = Screen::new(width, height);
        screen.load_bytes(&format!("{NASTY}.har"), &nasty());
        screen.press("a").holds();
        for _ in 0..8 {
            for pane in ["2 tab", "3 tab"] {
                screen.press(pane).holds();
                for _ in 0..6 {
                    screen.press("t w").holds().press("u").holds().press("w u");
                }
                screen.press("E j J . l > >").holds().press(". < < g");
            }
            screen.press("1 tab j").holds();
        }
    }
}

#[test]
fn what_was_typed_and_told_is_cleaned_too() {
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("a.har", &nasty());
    screen
        .press("a ;")
        .paste(NASTY)
        .holds()
        .press("enter")
        .holds();
    screen
        .press("f")
        .paste(NASTY)
        .holds()
        .press("enter")
        .holds()
        .press("esc F");
    screen
        .press("/")
        .paste(NASTY)
        .holds()
        .press("enter")
        .holds()
        .press("esc");
    screen
        .press("L")
        .paste(&format!("no such\u{1b}[2J file{NASTY}"))
        .holds()
        .press("enter")
        .holds();
    screen
        .press(":")
        .type_text("messages")
        .press("enter")
        .holds();
}

#[test]
fn a_line_as_long_as_a_book_can_be_pasted_anywhere() {
    let book = "长line ".repeat(40_000);
    let mut screen = Screen::open("samples/home.har", 80, 24);
    for prompt in ["f", "/", ";", "s", "L", ":", "?", "|"] {
        screen.press(prompt).paste(&book).holds();
        screen.press("left home end backspace ctrl-w esc").holds();
    }
    screen.press("F esc").shows("1 Flows");
    // Nowhere to go: it is not taken for keys.
    screen.paste(&book).holds();
    assert!(!screen.quit);
}

#[test]
fn names_as_wide_as_the_screen_break_no_frame() {
    let name = "客厅的超级长名字的吸顶灯".repeat(12);
    let recording = Recording::new()
        .call(
            "/home/device_list",
            "{}",
            format!(
                r#"{{"code":0,"result":{{"list":[{{"did":"1","name":"{name}","model":"m"}}]}}}}"#
            ),
        )
        .call(
            "/miotspec/prop/set",
            r#"{"params":[{"did":"1","siid":2,"piid":1,"value":true}]}"#,
            r#"{"code":0,"result":[{"did":"1","siid":2,"piid":1,"code":0}]}"#,
        );
    let mut screen = Screen::new(80, 24);
    screen.load_bytes(&format!("{name}.har"), &recording.bytes());
    screen.press("j enter").holds();
    for width in (40..130).step_by(7) {
        screen.resize(width, 20).holds();
        screen
            .press("f1")
            .holds()
            .press("esc y")
            .holds()
            .press("esc");
    }
}
