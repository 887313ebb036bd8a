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

#[test]
fn every_command_and_every_argument_is_explained() {
    fn explained(command: &clap::Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        assert!(command.get_about().is_some(), "{path}");
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let name = argument.get_id();
            assert!(!help.is_empty(), "{path}: {name}");
            assert!(!help.ends_with('.'), "{path}: {name}: {help}");
        }
        for inner in command.get_subcommands() {
            explained(inner, &path);
        }
    }
    let mut command = <mishark::cli::Cli as clap::CommandFactory>::command();
    command.build();
    let commands: Vec<_> = command.get_subcommands().collect();
    assert!(commands.len() > 10);
    for command in commands {
        if command.get_name() != "help" {
            explained(command, "mishark");
        }
    }
}
