//! What becomes of each job.

use super::context::JobContext;
use super::{building, export, load, many, text, watch};
use crate::tui::effect::Job;
use crate::tui::message::Message;
use crate::tui::opened::Opened;

/// Does a job, and sends what comes of it.
pub(super) fn perform(job: Job, context: &JobContext) {
    match job {
        Job::Load {
            input,
            unpack_limit,
        } => load::run(input, unpack_limit, context),
        Job::Open(job) => context.send(Message::Opened(Box::new(Opened::new(*job)))),
        Job::Sweep {
            generation,
            workspace,
            flows,
        } => many::sweep_all(generation, &workspace, flows, context),
        Job::List(job) => {
            if let Some(listed) = job.run(|| context.is_cancelled()) {
                context.send(Message::Listed(Box::new(listed)));
            }
        }
        Job::Filter {
            generation,
            workspace,
            directory,
            marks,
            filter,
            rows,
        } => {
            let known = many::Known {
                directory: &directory,
                marks: &marks,
            };
            many::filter(generation, &workspace, &known, &filter, &rows, context);
        }
        Job::Search {
            generation,
            workspace,
            needle,
            rows,
        } => many::search(generation, &workspace, &needle, rows, context),
        Job::Find {
            generation,
            half,
            job,
        } => job.run(&context.stop.cancelled, |found| {
            context.send(Message::Found {
                generation,
                half,
                found,
            });
        }),
        Job::Tab(job) => {
            let view = job.shown.view_of(job.half, job.tab, job.reveal);
            context.send(Message::TabMade { job, view });
        }
        Job::Selection {
            what,
            selection,
            form,
        } => context.send(text::of_selection(what, &selection, form)),
        Job::Text {
            workspace,
            flow,
            form,
        } => context.send(text::make(&workspace, flow, form)),
        Job::Diff {
            workspace,
            before,
            after,
            for_builder,
        } => context.send(building::compare(&workspace, before, after, for_builder)),
        Job::Draft {
            workspace,
            flow,
            row,
            then,
        } => context.send(building::draft(&workspace, flow, row, then)),
        Job::Points { workspace, flows } => context.send(building::points(&workspace, &flows)),
        Job::Now => context.send(building::now()),
        Job::SaveSession { session, path } => context.send(building::save(&session, &path)),
        Job::Marked {
            workspace,
            directory,
            endpoint,
            rows,
        } => context.send(building::marked(
            &workspace, &directory, &endpoint, rows, context,
        )),
        Job::Send {
            items,
            endpoint,
            pause,
            workspace,
        } => context.send(building::send(
            &items, &endpoint, pause, &workspace, context,
        )),
        Job::Sign(item) => context.send(Message::Signed(item.sign())),
        Job::Stages {
            row,
            workspace,
            flow,
        } => context.send(text::stages(&workspace, row, flow)),
        Job::StageText {
            workspace,
            flow,
            stage,
        } => context.send(text::of_stage(&workspace, flow, stage)),
        Job::ReadCertificates(path) => context.send(load::certificates(&path)),
        Job::ReadKeys(path) => context.send(load::keys(&path)),
        Job::Export(export) => context.send(export::write(*export, context)),
        Job::Watch { capture, watched } => watch::run(capture, watched, context),
    }
}
