#include "audit/run/scenario_run.hpp"

#include "audit/run/child_process.hpp"
#include "audit/run/client_run.hpp"
#include "audit/run/own_program.hpp"
#include "core/text.hpp"
#include "core/thread.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

namespace smtpsim::run {
namespace {

using scenario::Case;
using scenario::Complaint;
using scenario::Scenario;
using scenario::Status;
using scenario::Step;

constexpr Duration by_hand_max = std::chrono::minutes{10}; // chosen
constexpr Duration command_max = std::chrono::minutes{1};  // of setup and teardown; chosen

/// One scenario's performance.
class Performance {
public:
    Performance(const Scenario& scenario, std::uint64_t seed, Authorities& authorities,
                const std::atomic<bool>& interrupt, const ScenarioRun& all)
        : scenario_(scenario), seed_(seed), authorities_(authorities), interrupt_(interrupt),
          all_(all) {}

    Case perform(Case about) {
        out_ = std::move(about);
        out_.status = Status::error;
        auto folder = TempDir::make();
        if (!folder) {
            out_.why = folder.error().what;
            return std::move(out_);
        }
        if (commands(scenario_.setup, *folder, interrupt_) && steps(*folder)) {
            out_.status = out_.complaints.empty() ? Status::passed : Status::failed;
        } else if (interrupt_) {
            out_.status = Status::skipped;
            out_.why = "interrupted";
        }
        const Status status = out_.status;
        const std::atomic<bool> never = false; // what was set up is undone, whatever came
        if (!commands(scenario_.teardown, *folder, never)) return std::move(out_);
        out_.status = status;
        return std::move(out_);
    }

private:
    bool commands(const std::vector<std::vector<std::string>>& list, const TempDir& folder,
                  const std::atomic<bool>& interrupt) {
        const scenario::Values values{{"dir", folder.path()},
                                      {"adapter", scenario_.steps.front().client.folder},
                                      {"smtpsim", own_program()}};
        for (const std::vector<std::string>& words : list) {
            Command command;
            for (const std::string& word : words)
                command.words.push_back(scenario::filled(word, values));
            command.environment = usual_environment(folder.path());
            command.folder = folder.path();
            command.timeout = command_max;
            const auto ended = run_process(command, interrupt);
            if (ended && ended->how == Ended::How::exited && ended->code == 0) continue;
            out_.status = Status::error;
            out_.why =
                ended ? shell_text(command.words) + ": " + ended->text() : ended.error().what;
            if (ended) out_.output += ended->output;
            return false;
        }
        return true;
    }

    bool steps(const TempDir& folder) {
        for (const Step& step : scenario_.steps) {
            if (interrupt_ || !perform(step, folder)) return false;
            if (!out_.complaints.empty()) break; // what follows counts on it
        }
        return true;
    }

    bool perform(const Step& step, const TempDir& folder) {
        if (!step.name.empty())
            out_.happened.push_back(
                {0, {}, scenario::Happened::Kind::note, "step: " + step.name, ""});
        std::vector<std::unique_ptr<TestServer>> test_servers;
        for (const scenario::Server& server : step.servers) {
            const bool dialled = step.client.dials && test_servers.empty();
            ports_[server.name].modem = dialled ? folder.path() + "/modem" : "";
            auto test_server =
                TestServer::open(server.profile, seed_, authorities_, ports_[server.name]);
            if (!test_server) {
                out_.why = test_server.error().what;
                return false;
            }
            ports_[server.name] = (*test_server)->ports(); // the next step's too
            test_servers.push_back(*std::move(test_server));
        }
        scenario::Values others;
        for (std::size_t i = 1; i < test_servers.size(); ++i) {
            others[step.servers[i].name + ".port"] = std::to_string(test_servers[i]->ports().plain);
            others[step.servers[i].name + ".tls-port"] =
                std::to_string(test_servers[i]->ports().tls);
        }
        std::vector<scenario::Heard> heard;
        if (step.client.manual)
            by_hand(step, *test_servers.front(), folder);
        else if (!send_all(step, *test_servers.front(), folder, others, heard))
            return false;
        if (interrupt_) return false; // it was stopped: that says nothing about it
        judge(step, test_servers, heard);
        return true;
    }

    bool send_all(const Step& step, const TestServer& test_server, const TempDir& folder,
                  const scenario::Values& others, std::vector<scenario::Heard>& heard) {
        scenario::Mail mail = scenario::usual_mail();
        if (!step.sender.empty()) mail.sender = step.sender;
        if (!step.recipient.empty()) mail.recipient = step.recipient;
        if (!step.message.empty()) mail.content = step.message;
        std::vector<std::optional<Result<ClientResult>>> result(
            static_cast<std::size_t>(step.clients));
        {
            std::vector<Thread> threads;
            for (std::size_t i = 0; i < result.size(); ++i)
                threads.emplace_back([&, i] {
                    const ClientRun client_run{
                        step.client, step.secure,       step.login, mail, static_cast<int>(i) + 1,
                        others,      result.size() == 1};
                    result[i] = send(client_run, test_server, folder, interrupt_);
                });
        }
        for (auto& each : result) {
            if (each->has_error()) {
                out_.why = each->error().what;
                return false;
            }
            ClientResult& client = **each;
            const bool unknown = client.attempt.said.empty() && !client.attempt.crashed &&
                                 !client.attempt.stopped && !step.expect.outcome.empty();
            if (unknown) {
                out_.why = "the client has no outcome for " + client.attempt.ending;
                out_.output = client.output;
                return false;
            }
            out_.outcome = client.attempt.said.text();
            out_.ending = client.attempt.ending;
            out_.took += client.attempt.took;
            out_.command = client.command;
            out_.output += client.output;
            out_.log = client.log;
            heard.push_back({client.attempt, std::move(client.output), std::move(client.log)});
        }
        return true;
    }

    void by_hand(const Step& step, TestServer& test_server, const TempDir& folder) {
        const std::string ca = "ca.pem";
        const auto written = folder.write(ca, test_server.ca_pem());
        all_.report(scenario_.name + (step.name.empty() ? "" : ", " + step.name) +
                    ": connect to 127.0.0.1:" + std::to_string(test_server.ports().plain) +
                    " (TLS first: " + std::to_string(test_server.ports().tls) +
                    (written ? ", its CA: " + folder.path(ca) : "") + ')');
        const std::uint64_t sessions =
            step.expect.sessions ? std::max<std::uint64_t>(1, step.expect.sessions->least) : 1;
        test_server.await(sessions, by_hand_max, interrupt_);
    }

    void judge(const Step& step, std::vector<std::unique_ptr<TestServer>>& test_servers,
               const std::vector<scenario::Heard>& heard) {
        std::vector<Complaint> complaints;
        scenario::ServerObservations seen = test_servers.front()->finish(closing_patience);
        for (std::size_t i = 1; i < test_servers.size(); ++i) {
            scenario::ServerObservations other = test_servers[i]->finish(closing_patience);
            const std::string& name = step.servers[i].name;
            if (const auto expect = step.expect.servers.find(name);
                expect != step.expect.servers.end())
                for (Complaint& complaint : unmet(expect->second, other)) {
                    complaint.expected = name + ": " + complaint.expected;
                    complaints.push_back(std::move(complaint));
                }
            add(std::move(other), seen);
        }
        out_.stored += seen.stored;
        out_.sessions += seen.sessions.size();
        std::ranges::move(unmet(step.expect, heard, seen, test_servers.front()->journal_lines()),
                          std::back_inserter(complaints));
        for (std::size_t i = 0; i < test_servers.size(); ++i)
            judge_faults(step.expect, step.servers[i], test_servers[i]->fires(), complaints);
        for (Complaint& complaint : complaints) {
            if (!step.name.empty()) complaint.expected = step.name + ": " + complaint.expected;
            out_.complaints.push_back(std::move(complaint));
        }
        std::ranges::move(seen.happened, std::back_inserter(out_.happened));
    }

    /// A scenario whose fault never fires says nothing. Of the faults that one `use` names, the
    /// client may meet any.
    static void judge_faults(const scenario::Expect& expect, const scenario::Server& server,
                             const std::vector<std::uint64_t>& fires,
                             std::vector<Complaint>& complaints) {
        auto next = fires.begin();
        for (const scenario::AskedFor& item : server.asked_for) {
            const faults::Fault& fault =
                server.profile.faults[static_cast<std::size_t>(next - fires.begin())];
            const auto end = next + static_cast<std::ptrdiff_t>(item.faults);
            const std::uint64_t fired = std::accumulate(next, end, std::uint64_t{0});
            if (auto complaint = scenario::unmet(expect.fires, fault.name, fired))
                complaints.push_back(*std::move(complaint));
            next = end;
        }
    }

    /// What another server of the step saw; its sessions are numbered after the others.
    static void add(scenario::ServerObservations other, scenario::ServerObservations& to) {
        const std::uint64_t before = to.sessions.empty() ? 0 : to.sessions.rbegin()->first;
        for (auto& [number, session] : other.sessions) to.sessions[before + number] = session;
        for (scenario::Happened& each : other.happened) {
            each.session += before;
            to.happened.push_back(std::move(each));
        }
        std::ranges::stable_sort(to.happened, {}, &scenario::Happened::at);
        to.findings.merge(other.findings);
        to.behaviour.merge(other.behaviour);
        if (std::ranges::any_of(to.findings, scenario::is_impatience,
                                [](const auto& finding) { return finding.first; }))
            to.behaviour.erase("waits-for-reply"); // it has to hold at all of them
        to.fired.merge(other.fired);
        to.stored += other.stored;
        to.calls += other.calls;
        if (to.sessions.size() > 1) to.behaviour.insert("reconnects");
    }

    const Scenario& scenario_;
    std::uint64_t seed_;
    Authorities& authorities_;
    const std::atomic<bool>& interrupt_;
    const ScenarioRun& all_;
    std::map<std::string, TestServer::Ports> ports_;
    Case out_;
};

Case about(const Scenario& scenario, std::uint64_t seed) {
    Case out;
    out.name = scenario.name;
    out.title = scenario.summary;
    out.suite = scenario.file;
    out.client = scenario.steps.front().client.name;
    if (!scenario.faults.empty()) out.fault = scenario.faults.front();
    out.place = scenario.place;
    out.tags = scenario.tags;
    out.seed = seed;
    out.reproduce = "smtpsim run " + shell_text({scenario.file}) + " --only " +
                    shell_text({scenario.name}) + " --seed " + std::to_string(seed);
    return out;
}

} // namespace

scenario::Report run_scenarios(const ScenarioRun& all) {
    static const std::atomic<bool> never = false;
    const std::atomic<bool>& interrupt =
        all.pace.interrupt != nullptr ? *all.pace.interrupt : never;
    Authorities authorities;
    std::vector<Task> tasks;
    scenario::Report report;
    report.tool = "smtpsim run";
    report.seed = all.seed;
    std::size_t index = 0;
    for (const Scenario& scenario : all.scenarios) {
        if (!all.shard.has(index++)) continue;
        const std::string& client = scenario.steps.front().client.name;
        if (std::ranges::find(report.clients, client, &scenario::Client::name) ==
            report.clients.end())
            report.clients.push_back({client, ""});
        for (std::uint64_t round = 0; round < all.repeat; ++round) {
            const std::uint64_t seed = scenario.seed.value_or(all.seed) + round;
            Case known = about(scenario, seed);
            if (all.repeat > 1)
                known.name +=
                    " (" + std::to_string(round + 1) + " of " + std::to_string(all.repeat) + ')';
            tasks.push_back(
                {std::move(known), [&, seed](Case entry) {
                     return Performance{scenario, seed, authorities, interrupt, all}.perform(
                         std::move(entry));
                 }});
        }
    }
    report.cases = run_all(std::move(tasks), all.pace);
    return report;
}

} // namespace smtpsim::run
