#include "sim/scenario/expect.hpp"

#include "sim/core/text.hpp"
#include "sim/core/units.hpp"
#include "sim/smtplog/check.hpp"
#include "sim/smtplog/reader.hpp"

#include <algorithm>

namespace smtpsim::scenario {
namespace {

constexpr std::size_t differences_told_max = 5;

std::string text(const Expect::Counts& counts) {
    if (counts.least == counts.most) return std::to_string(counts.least);
    std::string out = std::to_string(counts.least) + "..";
    if (counts.most != Expect::Counts{}.most) out += std::to_string(counts.most);
    return out;
}

/// Whose words these are; empty: nobody's.
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
std::vector<std::string> lines_of(const Observed& seen) {
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

class Reckoning {
public:
    Reckoning(const Expect& expect, const std::vector<Heard>& clients, const Observed& seen)
        : expect_(expect), clients_(clients), seen_(seen) {}

    std::vector<Complaint> take(std::string_view journal) {
        for (const Heard& client : clients_) {
            outcome(client.attempt);
            output(client.output);
            log(client.log, journal);
        }
        count("calls", expect_.calls, seen_.calls);
        count("sessions", expect_.sessions, seen_.sessions.size());
        count("messages kept", expect_.stored, seen_.stored);
        if (!seen_.sessions.empty())
            count("further sessions", expect_.retries, seen_.sessions.size() - 1);
        else
            count("further sessions", expect_.retries, 0);
        spacing();
        transcript();
        conduct();
        return std::move(out_);
    }

private:
    void miss(std::string expected, std::string observed, std::string source = "") {
        Complaint complaint{std::move(expected), std::move(observed), std::move(source)};
        out_.push_back(std::move(complaint));
    }

    void outcome(const Attempt& attempt) {
        if (attempt.crashed || attempt.stopped)
            miss("that the client ends by itself", attempt.ending);
        else if (!expect_.outcome.empty() && !attempt.said.meets(expect_.outcome))
            miss("outcome " + expect_.outcome.text(),
                 (attempt.said.empty() ? "no outcome" : attempt.said.text()) + " (" +
                     attempt.ending + ')');
        if (expect_.within && attempt.took > *expect_.within)
            miss("an end within " + duration_text(*expect_.within),
                 "it took " + duration_text(attempt.took));
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
        std::size_t told = 0;
        for (const smtplog::Finding& each : *differences) {
            if (++told > differences_told_max) break;
            miss("the client's log agrees", "line " + std::to_string(each.line) + ": " +
                                                std::string(smtplog::row(each.difference).id) +
                                                ": " + visible(each.text));
        }
    }

    void count(std::string_view what, const std::optional<Expect::Counts>& range,
               std::uint64_t number) {
        if (range && !range->has(number))
            miss(text(*range) + ' ' + std::string(what), std::to_string(number));
    }

    void spacing() {
        if (!expect_.spacing) return;
        std::optional<Tick> ended;
        for (const auto& [number, session] : seen_.sessions) {
            if (ended && !expect_.spacing->has(session.opened - *ended))
                miss("a pause of " + duration_text(expect_.spacing->least) + " or more" +
                         (expect_.spacing->most == Duration::max()
                              ? ""
                              : ", up to " + duration_text(expect_.spacing->most)),
                     duration_text(session.opened - *ended) + " before session " +
                         std::to_string(number));
            ended = session.closed;
        }
    }

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
                            at == 0 ? "there is none" : "there is none behind " + lines[at - 1]);
            check_banned(found);
            banned.clear();
            at = found + 1;
        }
        check_banned(lines.size());
    }

    void conduct() {
        for (const std::string& name : expect_.must)
            if (!did(seen_, name)) miss(name, "it did not");
        for (const std::string& name : expect_.must_not)
            if (did(seen_, name)) miss("no " + name, "it did");
        if (!expect_.findings) return;
        for (const auto& [id, finding] : seen_.findings)
            if (std::ranges::find(*expect_.findings, id) == expect_.findings->end())
                miss("no finding " + id, "the client " + finding.summary, finding.source);
    }

    const Expect& expect_;
    const std::vector<Heard>& clients_;
    const Observed& seen_;
    std::vector<Complaint> out_;
};

} // namespace

std::vector<Complaint> unmet(const Expect& expect, const std::vector<Heard>& clients,
                             const Observed& seen, std::string_view journal) {
    return Reckoning{expect, clients, seen}.take(journal);
}

} // namespace smtpsim::scenario
