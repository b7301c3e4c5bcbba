#include "audit/run/audit.hpp"

#include "serial/port/beyond.hpp"

#include "audit/run/errand.hpp"
#include "audit/scenario/question.hpp"
#include "profiles/catalogue.hpp"
#include "serial/port/port.hpp"

#include <algorithm>
#include <set>

namespace smtpsim::runner {
namespace {

using scenario::Case;
using scenario::Question;
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
            if (control.status != Status::held) failed_controls_.push_back(control.name);
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
            std::vector<Question> controls;
            for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
                if (audit_.only && !audit_.only->matches(entry.id)) continue;
                if (!audit_.shard.has(index++)) continue;
                plan(client, entry, controls);
            }
            for (const Question& control : controls) controls_.push_back(task(client, control));
        }
    }

    void plan(const AuditedClient& client, const profiles::CatalogueEntry& entry,
              std::vector<Question>& controls) {
        const auto question = question_of(entry, client.adapter);
        if (!question) {
            Case about = about_entry(client, {&entry});
            about.why = question.error();
            tasks_.push_back({std::move(about),
                              [](Case answer) {
                                  answer.status = Status::not_judged;
                                  return answer;
                              },
                              true});
            return;
        }
        Task asked = task(client, *question);
        if (const Case* const before = answered_before(client.adapter.name, asked.about.name)) {
            tasks_.push_back({*before, [](Case answer) { return answer; }, true});
            return;
        }
        const Question control = control_of(*question);
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
                            (found->status == Status::held || found->status == Status::fell_short);
        return judged ? &*found : nullptr;
    }

    Case about_entry(const AuditedClient& client, const Question& question) const {
        Case out;
        out.name = client.adapter.name + ' ' + question.name();
        out.client = client.adapter.name;
        out.seed = audit_.seed;
        out.expected = expectation_of(question).outcomes;
        if (question.entry == nullptr) {
            out.title = "A healthy server gets the mail";
            out.suite = scenario::control_suite;
            return out;
        }
        out.title = question.entry->title;
        out.suite = question.entry->layer;
        out.fault = question.entry->id;
        out.sources = question.entry->sources;
        // Words for a shell; --client goes before the command that may end the line.
        const bool command = client.option.starts_with("--client ");
        out.reproduce = "smtpsim audit --only " + question.entry->id + " --seed " +
                        std::to_string(audit_.seed) + (command ? " " : " -- ") + client.option;
        return out;
    }

    Task task(const AuditedClient& client, const Question& question) {
        return {about_entry(client, question), [this, &client, question](Case answer) {
                    return ask(client, question, std::move(answer));
                }};
    }

    Case ask(const AuditedClient& client, const Question& question, Case answer) {
        const std::string control = client.adapter.name + ' ' + control_of(question).name();
        const bool trusted = question.entry == nullptr ||
                             std::ranges::find(failed_controls_, control) == failed_controls_.end();
        if (!trusted) {
            answer.status = Status::not_judged;
            answer.why = "a healthy server did not get the mail either";
            return answer;
        }
        if (client.adapter.dials &&
            !port::beyond(server_of(question), on_a_pty, "", modem::personality_named).empty()) {
            answer.status = Status::not_judged;
            answer.why = "a pseudo-terminal has no such circuit";
            return answer;
        }
        answer.status = Status::broken;
        auto folder = Folder::make();
        if (!folder) {
            answer.why = folder.error().what;
            return answer;
        }
        Stand::Ports ports;
        if (client.adapter.dials) ports.modem = folder->path() + "/modem";
        auto stand = Stand::open(server_of(question), audit_.seed, authorities_, ports);
        if (!stand) {
            answer.why = stand.error().what;
            return answer;
        }
        const Errand errand{
            client.adapter, question.secure, question.login, scenario::usual_mail(), 1, {}};
        auto came = send(errand, **stand, *folder, interrupt());
        if (!came) {
            answer.why = came.error().what;
            return answer;
        }
        judge(client, question, *came, (*stand)->finish(closing_patience), answer);
        return answer;
    }

    void judge(const AuditedClient& client, const Question& question, const Came& came,
               scenario::Observed seen, Case& answer) const {
        answer.outcome = came.attempt.said.text();
        answer.ending = came.attempt.ending;
        answer.took = came.attempt.took;
        answer.command = came.command;
        answer.output = came.output;
        answer.log = came.log;
        answer.stored = seen.stored;
        answer.sessions = seen.sessions.size();
        if (interrupt()) {
            answer.status = Status::not_judged;
            answer.why = "interrupted";
        } else if (auto why = excuse(question, client.adapter, came.attempt, seen)) {
            answer.status = Status::not_judged;
            answer.why = std::move(*why);
        } else if (came.attempt.said.empty() && !came.attempt.crashed && !came.attempt.stopped) {
            answer.why = "the client's file does not say what " + came.attempt.ending + " means";
        } else {
            auto judgement = scenario::judge(expectation_of(question), came.attempt, seen,
                                             scenario::usual_mail());
            answer.verdict = judgement.verdict;
            answer.complaints = std::move(judgement.complaints);
            answer.status =
                judgement.verdict == scenario::Verdict::correct ? Status::held : Status::fell_short;
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

scenario::Report run(const Audit& audit) { return Auditor{audit}.run(); }

} // namespace smtpsim::runner
