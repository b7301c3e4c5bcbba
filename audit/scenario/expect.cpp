#include "audit/scenario/expect.hpp"

#include "audit/scenario/number_text.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "sim/smtplog/compare_journal.hpp"
#include "sim/smtplog/reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace smtpsim::scenario {
namespace {

constexpr std::size_t differences_reported_max = 5;

/// "1 session", "2..3 sessions".
std::string text(const ExpectSeen::Counts& counts, std::string_view noun) {
    if (counts.least == counts.most) return counted(counts.least, noun);
    std::string out = std::to_string(counts.least) + "..";
    if (counts.most != ExpectSeen::Counts{}.most) out += std::to_string(counts.most);
    return out + ' ' + std::string(noun) + 's';
}

/// Whose words these are; empty: of neither side.
std::string_view speaker(Happened::Kind kind) {
    switch (kind) {
    case Happened::Kind::client: return "C: ";
    case Happened::Kind::server: return "S: ";
    case Happened::Kind::terminal: return "T: ";
    case Happened::Kind::modem: return "M: ";
    default: return {};
    }
}

/// "C: RCPT TO:<a@b>", "S: 250-SIZE", one a line; octets of messages are one line.
std::vector<std::string> lines_of(const ServerObservations& seen) {
    std::vector<std::string> out;
    for (const Happened& each : seen.happened) {
        if (each.kind == Happened::Kind::content) out.push_back("C: (" + each.detail + ")");
        const std::string_view who = speaker(each.kind);
        if (who.empty()) continue;
        std::string_view rest = each.octets;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            std::string_view line = rest.substr(0, end);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            out.push_back(std::string(who) + visible(line));
        }
    }
    return out;
}

class Complaints {
public:
    std::vector<Complaint> take() { return std::move(out_); }
    void miss(std::string expected, std::string observed, std::string source = "") {
        out_.push_back({std::move(expected), std::move(observed), std::move(source)});
    }
    void add(std::vector<Complaint> others) { std::ranges::move(others, std::back_inserter(out_)); }
    void count(std::string_view noun, const std::optional<ExpectSeen::Counts>& range,
               std::uint64_t number) {
        if (range && !range->has(number)) miss(text(*range, noun), std::to_string(number));
    }

private:
    std::vector<Complaint> out_;
};

/// Of what servers see.
class Sights : public Complaints {
public:
    Sights(const ExpectSeen& expect, const ServerObservations& seen)
        : expect_(expect), seen_(seen) {
        count("session", expect.sessions, seen.sessions.size());
        count("kept message", expect.stored, seen.stored);
        transcript();
        behaviour();
    }

private:
    void transcript() {
        const std::vector<std::string> lines = lines_of(seen_);
        std::size_t at = 0;
        std::vector<const Pattern*> banned;
        const auto check_banned = [&](std::size_t end) {
            for (const Pattern* const pattern : banned)
                for (std::size_t i = at; i < end; ++i)
                    if (pattern->matches(lines[i]))
                        return miss("no line " + pattern->text(), lines[i]);
        };
        for (const Expect::Line& line : expect_.transcript) {
            if (line.never) {
                banned.push_back(&line.pattern);
                continue;
            }
            std::size_t found = at;
            while (found < lines.size() && !line.pattern.matches(lines[found])) ++found;
            if (found == lines.size())
                return miss("a line " + line.pattern.text(),
                            at == 0 ? "there is none" : "there is none after " + lines[at - 1]);
            check_banned(found);
            banned.clear();
            at = found + 1;
        }
        check_banned(lines.size());
    }

    void behaviour() {
        for (const std::string& name : expect_.must)
            if (!did(seen_, name)) miss(name, "it did not");
        for (const std::string& name : expect_.must_not)
            if (did(seen_, name)) miss("no " + name, "it did");
        if (!expect_.findings) return;
        for (const auto& [id, finding] : seen_.findings)
            if (std::ranges::find(*expect_.findings, id) == expect_.findings->end())
                miss("no finding " + id, "the client " + finding.summary, finding.source);
    }

    const ExpectSeen& expect_;
    const ServerObservations& seen_;
};

/// Of what clients do.
class Deeds : public Complaints {
public:
    Deeds(const Expect& expect, const std::vector<Heard>& clients, const ServerObservations& seen,
          std::string_view journal)
        : expect_(expect), seen_(seen) {
        for (const Heard& client : clients) {
            outcome(client.attempt);
            output(client.output);
            log(client.log, journal);
        }
        count("call", expect_.calls, seen_.calls);
        add(unmet(static_cast<const ExpectSeen&>(expect), seen));
        count("further session", expect_.retries,
              std::max<std::size_t>(seen_.sessions.size(), 1) - 1);
        spacing();
    }

private:
    void outcome(const Attempt& attempt) {
        if (attempt.crashed || attempt.stopped)
            miss("that the client ends by itself", attempt.ending);
        else if (!expect_.outcome.empty() && !attempt.said.meets(expect_.outcome))
            miss("outcome " + expect_.outcome.text(),
                 (attempt.said.empty() ? "no outcome" : attempt.said.text()) + " (" +
                     attempt.ending + ')');
        if (expect_.within && attempt.took > *expect_.within)
            miss("an end within " + duration_text(*expect_.within),
                 "it took " + seconds_text(attempt.took));
    }

    void output(const std::string& printed) {
        for (const std::string& part : expect_.prints)
            if (printed.find(part) == std::string::npos)
                miss("output with " + visible(part), "it is not there");
        for (const std::string& part : expect_.prints_not)
            if (printed.find(part) != std::string::npos)
                miss("no output with " + visible(part), "it is there");
    }

    void log(const std::string& text, std::string_view journal) {
        if (!expect_.log_agrees) return;
        smtplog::WholeLog whole;
        smtplog::Reader reader{whole};
        reader.give(text);
        reader.finish();
        const auto differences = smtplog::compare(whole, journal);
        if (!differences) return miss("the client's log agrees", differences.error().what);
        if (differences->empty() == *expect_.log_agrees) return;
        if (differences->empty()) return miss("that the client's log does not agree", "it does");
        std::size_t reported = 0;
        for (const smtplog::Finding& each : *differences) {
            if (++reported > differences_reported_max) break;
            miss("the client's log agrees", "line " + std::to_string(each.line) + ": " +
                                                std::string(smtplog::row(each.difference).id) +
                                                ": " + visible(each.text));
        }
    }

    void spacing() {
        if (!expect_.spacing) return;
        std::vector<std::pair<std::uint64_t, ServerObservations::Session>> sessions(
            seen_.sessions.begin(), seen_.sessions.end());
        std::ranges::stable_sort(sessions, {}, [](const auto& each) { return each.second.opened; });
        for (std::size_t i = 1; i < sessions.size(); ++i) {
            const auto& [number, session] = sessions[i];
            const Duration pause = std::max<Duration>(
                session.opened - sessions[i - 1].second.closed, Duration{}); // they may overlap
            if (!expect_.spacing->has(pause))
                miss("a pause of " + duration_text(expect_.spacing->least) + " or more" +
                         (expect_.spacing->most == Duration::max()
                              ? ""
                              : ", up to " + duration_text(expect_.spacing->most)),
                     seconds_text(pause) + " before session " + std::to_string(number));
        }
    }

    const Expect& expect_;
    const ServerObservations& seen_;
};

} // namespace

std::vector<Complaint> unmet(const ExpectSeen& expect, const ServerObservations& seen) {
    return Sights{expect, seen}.take();
}

std::optional<Complaint> unmet(const ExpectSeen::Counts& fires, std::string_view fault,
                               std::uint64_t fired) {
    if (fires.has(fired)) return std::nullopt;
    const std::string name{fault};
    const bool at_least_once = fires.least == 1 && fires.most == ExpectSeen::Counts{}.most;
    if (at_least_once) return Complaint{"that the fault " + name + " fires", "it never fired", ""};
    return Complaint{"that the fault " + name + " fires " + text(fires, "time"),
                     "it fired " + counted(fired, "time"), ""};
}

std::vector<Complaint> unmet(const Expect& expect, const std::vector<Heard>& clients,
                             const ServerObservations& seen, std::string_view journal) {
    return Deeds{expect, clients, seen, journal}.take();
}

} // namespace smtpsim::scenario
