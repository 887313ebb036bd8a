//! The program itself: arguments in; standard output, standard error and exit
//! code out. One file a case in `tests/cmd`; `TRYCMD=overwrite` writes them anew.

#[test]
fn commands_print_what_they_promise() {
    trycmd::TestCases::new()
        .env("TZ", "UTC")
        .env("MISHARK_SSECURITY", "")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.toml");
}
