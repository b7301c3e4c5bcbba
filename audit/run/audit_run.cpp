#include "audit/run/audit_run.hpp"

#include "serial/port/unsupported_circuits.hpp"

#include "audit/run/client_run.hpp"
#include "audit/scenario/audit_case.hpp"
#include "profiles/build/catalogue.hpp"
#include "serial/port/modem_driver.hpp"

#include <algorithm>
#include <set>

namespace smtpsim::run {
namespace {

using scenario::AuditCase;
using scenario::Case;
using scenario::Status;

/// Where a client that dials finds its modem.
constexpr endpoint::Capabilities on_a_pty{.dtr = true, .speed = true};

class Auditor {
public:
    explicit Auditor(const Audit& audit) : audit_(audit) {}

    scenario::Report run() {
        scenario::Report report;
        report.tool = "smtpsim audit";
        report.seed = audit_.seed;
        for (const AuditedClient& client : audit_.clients)
            report.clients.push_back(
                {client.adapter.name, version_of(client.adapter, interrupt())});
        for (const scenario::Client& client : report.clients)
            if (!is_the_one_before(client)) changed_.insert(client.name);
        plan();
        report.cases = run_all(std::move(controls_), audit_.pace);
        for (const Case& control : report.cases)
            if (control.status != Status::passed) failed_controls_.push_back(control.name);
        for (Case& answer : run_all(std::move(tasks_), audit_.pace))
            report.cases.push_back(std::move(answer));
        return report;
    }

private:
    const std::atomic<bool>& interrupt() const {
        static const std::atomic<bool> never = false;
        return audit_.pace.interrupt != nullptr ? *audit_.pace.interrupt : never;
    }

    void plan() {
        std::size_t index = 0;
        for (const AuditedClient& client : audit_.clients) {
            std::vector<AuditCase> controls;
            for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
                if (audit_.only && !audit_.only->matches(entry.id)) continue;
                if (!audit_.shard.has(index++)) continue;
                plan(client, entry, controls);
            }
            for (const AuditCase& control : controls) controls_.push_back(task(client, control));
        }
    }

    void plan(const AuditedClient& client, const profiles::CatalogueEntry& entry,
              std::vector<AuditCase>& controls) {
        const auto audit_case = audit_case_of(entry, client.adapter);
        if (!audit_case) {
            Case about = about_entry(client, {&entry});
            about.why = audit_case.error();
            tasks_.push_back({std::move(about),
                              [](Case answer) {
                                  answer.status = Status::skipped;
                                  return answer;
                              },
                              true});
            return;
        }
        Task asked = task(client, *audit_case);
        if (const Case* const before = answered_before(client.adapter.name, asked.about.name)) {
            tasks_.push_back({*before, [](Case answer) { return answer; }, true});
            return;
        }
        const AuditCase control = control_of(*audit_case);
        if (std::ranges::find(controls, control) == controls.end()) controls.push_back(control);
        tasks_.push_back(std::move(asked));
    }

    /// What another version has answered says nothing about this one.
    bool is_the_one_before(const scenario::Client& client) const {
        return !audit_.before ||
               std::ranges::all_of(audit_.before->clients, [&](const scenario::Client& before) {
                   return before.name != client.name || before.version == client.version;
               });
    }

    const Case* answered_before(const std::string& client, const std::string& name) const {
        if (!audit_.before || changed_.contains(client)) return nullptr;
        const auto& cases = audit_.before->cases;
        const auto found = std::ranges::find(cases, name, &Case::name);
        const bool judged = found != cases.end() &&
                            (found->status == Status::passed || found->status == Status::failed);
        return judged ? &*found : nullptr;
    }

    Case about_entry(const AuditedClient& client, const AuditCase& audit_case) const {
        Case out;
        out.name = client.adapter.name + ' ' + audit_case.name();
        out.client = client.adapter.name;
        out.seed = audit_.seed;
        out.expected = expectation_of(audit_case).outcomes;
        if (audit_case.entry == nullptr) {
            out.title = "A healthy server gets the mail";
            out.suite = scenario::control_suite;
            return out;
        }
        out.title = audit_case.entry->title;
        out.suite = audit_case.entry->layer;
        out.fault = audit_case.entry->id;
        out.sources = audit_case.entry->sources;
        // Words for a shell; --client goes before the command that may end the line.
        const bool command = client.option.starts_with("--client ");
        out.reproduce = "smtpsim audit --only " + audit_case.entry->id + " --seed " +
                        std::to_string(audit_.seed) + (command ? " " : " -- ") + client.option;
        return out;
    }

    Task task(const AuditedClient& client, const AuditCase& audit_case) {
        return {about_entry(client, audit_case), [this, &client, audit_case](Case answer) {
                    return ask(client, audit_case, std::move(answer));
                }};
    }

    Case ask(const AuditedClient& client, const AuditCase& audit_case, Case answer) {
        const std::string control = client.adapter.name + ' ' + control_of(audit_case).name();
        const bool trusted = audit_case.entry == nullptr ||
                             std::ranges::find(failed_controls_, control) == failed_controls_.end();
        if (!trusted) {
            answer.status = Status::skipped;
            answer.why = "a healthy server did not get the mail either";
            return answer;
        }
        if (client.adapter.dials &&
            !port::beyond(server_of(audit_case), on_a_pty, "", modem::model_named).empty()) {
            answer.status = Status::skipped;
            answer.why = "a pseudo-terminal has no such circuit";
            return answer;
        }
        answer.status = Status::error;
        auto folder = TempDir::make();
        if (!folder) {
            answer.why = folder.error().what;
            return answer;
        }
        TestServer::Ports ports;
        if (client.adapter.dials) ports.modem = folder->path() + "/modem";
        auto test_server =
            TestServer::open(server_of(audit_case), audit_.seed, authorities_, ports);
        if (!test_server) {
            answer.why = test_server.error().what;
            return answer;
        }
        const ClientRun client_run{
            client.adapter, audit_case.secure, audit_case.login, scenario::usual_mail(), 1, {}};
        auto result = send(client_run, **test_server, *folder, interrupt());
        if (!result) {
            answer.why = result.error().what;
            return answer;
        }
        judge(client, audit_case, *result, (*test_server)->finish(closing_patience), answer);
        return answer;
    }

    void judge(const AuditedClient& client, const AuditCase& audit_case, const ClientResult& result,
               scenario::ServerObservations seen, Case& answer) const {
        answer.outcome = result.attempt.said.text();
        answer.ending = result.attempt.ending;
        answer.took = result.attempt.took;
        answer.command = result.command;
        answer.output = result.output;
        answer.log = result.log;
        answer.stored = seen.stored;
        answer.sessions = seen.sessions.size();
        if (interrupt()) {
            answer.status = Status::skipped;
            answer.why = "interrupted";
        } else if (auto why = excuse(audit_case, client.adapter, result.attempt, seen)) {
            answer.status = Status::skipped;
            answer.why = std::move(*why);
        } else if (result.attempt.said.empty() && !result.attempt.crashed &&
                   !result.attempt.stopped) {
            answer.why = "the client's file has no outcome for " + result.attempt.ending;
        } else {
            auto judgement = scenario::judge(expectation_of(audit_case), result.attempt, seen,
                                             scenario::usual_mail());
            answer.verdict = judgement.verdict;
            answer.complaints = std::move(judgement.complaints);
            answer.status =
                judgement.verdict == scenario::Verdict::correct ? Status::passed : Status::failed;
        }
        answer.happened = std::move(seen.happened);
    }

    const Audit& audit_;
    Authorities authorities_;
    std::set<std::string> changed_; // clients whose version is another than before
    std::vector<Task> controls_, tasks_;
    std::vector<std::string> failed_controls_; // written before any task reads it
};

} // namespace

scenario::Report run_audit(const Audit& audit) { return Auditor{audit}.run(); }

} // namespace smtpsim::run
