#include "sim/smtplog/compare_journal.hpp"

#include "core/text.hpp"
#include "sim/journal/read.hpp"
#include "sim/smtplog/writer.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace smtpsim::smtplog {
namespace {

constexpr int differences_max =
    2'000; // chosen: with more the two have nothing to do with each other
constexpr std::int64_t seconds_off_max = 2; // clocks and flushing
constexpr std::int64_t day = 24 * 3600;

/// What of a line must agree: products word their [db] lines as they like.
/// A product writes octets as they came, smtpsim shows them: both are made the same.
std::string token(const Line& line) {
    if (line.kind != Kind::debug)
        return std::string(name(line.kind)) + ' ' + visible(octets_of_visible(line.text));
    if (line.text.starts_with("Connecting to ")) return "db connecting";
    if (line.text.find("srv_addr = ") != std::string::npos) return "db address";
    if (is_closing(line.kind, line.text)) return "db closed";
    return {};
}

bool compared(const Line& line) {
    if (line.kind == Kind::sent && line.text.empty()) return false; // the dot after it counts
    if (line.kind == Kind::content) return false;                   // transcripts show it
    return !token(line).empty();
}

struct Sequence {
    std::vector<const Line*> lines;
    std::vector<std::string> tokens;
    template <class Wanted> Sequence(const std::vector<Line>& all, Wanted wanted) {
        for (const Line& line : all)
            if (compared(line) && wanted(line)) {
                lines.push_back(&line);
                tokens.push_back(token(line));
            }
    }
    int size() const { return static_cast<int>(lines.size()); }
};

struct Pair {
    int expected, actual;
};

/// The longest common subsequence (E. W. Myers, An O(ND) Difference Algorithm, 1986). nullopt:
/// more than differences_max apart.
std::optional<std::vector<Pair>> common(const Sequence& expected, const Sequence& actual) {
    const int n = expected.size(), m = actual.size();
    const int most = std::min(n + m, differences_max);
    const auto offset = static_cast<std::size_t>(most);
    std::vector<int> reach(2 * offset + 2, 0);
    std::vector<std::vector<int>> trace;
    const auto at = [&](int k) { return offset + static_cast<std::size_t>(k + 1) - 1; };
    for (int d = 0; d <= most; ++d) {
        trace.push_back(std::vector<int>(reach.begin() + static_cast<std::ptrdiff_t>(at(-d)),
                                         reach.begin() + static_cast<std::ptrdiff_t>(at(d)) +
                                             1)); // before this round
        for (int k = -d; k <= d; k += 2) {
            const bool down = k == -d || (k != d && reach[at(k - 1)] < reach[at(k + 1)]);
            int x = d == 0 ? 0 : down ? reach[at(k + 1)] : reach[at(k - 1)] + 1;
            int y = x - k;
            while (x < n && y < m &&
                   expected.tokens[static_cast<std::size_t>(x)] ==
                       actual.tokens[static_cast<std::size_t>(y)])
                ++x, ++y;
            reach[at(k)] = x;
            if (x < n || y < m) continue;
            std::vector<Pair> pairs;
            for (int back = d; back > 0; --back) {
                const std::vector<int>& before = trace[static_cast<std::size_t>(back)];
                const auto was = [&](int diagonal) { // of round back - 1
                    return before[static_cast<std::size_t>(diagonal + back)];
                };
                const int here = x - y;
                const bool fell = here == -back || (here != back && was(here - 1) < was(here + 1));
                const int from = fell ? here + 1 : here - 1;
                const int start = fell ? was(from) : was(from) + 1;
                while (x > start) pairs.push_back({--x, --y});
                x = was(from);
                y = x - from;
            }
            while (x > 0) pairs.push_back({--x, --y});
            std::ranges::reverse(pairs);
            return pairs;
        }
    }
    return std::nullopt;
}

bool alike(std::string_view a, std::string_view b) { // the same code or verb
    const std::size_t word = std::min<std::size_t>(a.find_first_of(" -"), 4);
    return !a.empty() && a.substr(0, word) == b.substr(0, std::min(word, b.size()));
}

/// The log that the Journal lets expect, and the lines of the messages.
struct Expected : journal::Sink {
    WholeLog log;
    std::unordered_set<std::string> content;

    void write(std::string_view octets) override { text += octets; }
    void flush() override {}
    std::string text;
};

Result<void> expect(std::string_view journal, Expected& out) {
    std::map<std::uint64_t, std::string> unfinished; // content, by session
    {
        Writer writer{out, {}};
        const auto done = journal::read_json_lines(journal, [&](const journal::Event& event) {
            writer.show(event);
            const auto* const content = std::get_if<journal::Content>(&event.what);
            if (content == nullptr) return;
            std::string& rest = unfinished[event.session];
            rest += content->octets;
            for (std::size_t end = 0; (end = rest.find('\n')) != std::string::npos;) {
                std::string line = rest.substr(0, end);
                rest.erase(0, end + 1);
                if (line.ends_with('\r')) line.pop_back();
                if (!line.empty() && line != ".") out.content.insert(std::move(line));
            }
        });
        if (done.has_error()) return done;
    }
    Reader reader{out.log};
    reader.give(out.text);
    reader.finish();
    return {};
}

/// What is left on either side between two pairs.
struct Hunk {
    std::vector<const Line*> expected, actual;
    std::uint64_t after = 0; // the log's line before it
};

/// Takes out of the hunks what a client that pipelines logs in another order than its server: the
/// order of each direction is the same.
void forgive_pipelining(const WholeLog& wanted, const WholeLog& log, std::vector<Hunk>& hunks) {
    std::unordered_set<const Line*> same;
    for (const bool received : {false, true}) {
        const auto direction = [&](const Line& line) {
            return (line.kind == Kind::received) == received;
        };
        const Sequence expected{wanted.lines, direction}, actual{log.lines, direction};
        const auto pairs = common(expected, actual);
        if (!pairs) return;
        for (const Pair& pair : *pairs) {
            const Line* const there = expected.lines[static_cast<std::size_t>(pair.expected)];
            const Line* const here = actual.lines[static_cast<std::size_t>(pair.actual)];
            const auto left = [&](const Line* line, auto side) {
                return std::ranges::any_of(hunks, [&](const Hunk& hunk) {
                    return std::ranges::count(hunk.*side, line) > 0;
                });
            };
            if (!left(there, &Hunk::expected) || !left(here, &Hunk::actual)) continue;
            same.insert(there);
            same.insert(here);
        }
    }
    const auto forgiven = [&](const Line* line) { return same.contains(line); };
    for (Hunk& hunk : hunks) {
        std::erase_if(hunk.expected, forgiven);
        std::erase_if(hunk.actual, forgiven);
    }
}

/// Takes out of the hunks what is in another one.
void find_moved(std::vector<Hunk>& hunks, std::vector<Finding>& out) {
    std::map<std::string, std::vector<std::pair<Hunk*, const Line*>>> missing;
    for (Hunk& hunk : hunks)
        for (const Line* const line : hunk.expected)
            missing[token(*line)].emplace_back(&hunk, line);
    for (Hunk& hunk : hunks)
        std::erase_if(hunk.actual, [&](const Line* line) {
            const auto found = missing.find(token(*line));
            if (found == missing.end() || found->second.empty()) return false;
            const auto [home, counterpart] = found->second.front();
            found->second.erase(found->second.begin());
            std::erase(home->expected, counterpart);
            out.push_back({line->number, Difference::out_of_order, line->text});
            return true;
        });
}

void judge(Hunk hunk, const Expected& expected, std::vector<Finding>& out) {
    const auto take = [&](auto matches) { // the first counterpart of an actual line
        return [&, matches](const Line* line) {
            const auto found = std::ranges::find_if(
                hunk.expected, [&](const Line* other) { return matches(*line, *other); });
            const Line* const out_line = found == hunk.expected.end() ? nullptr : *found;
            if (out_line != nullptr) hunk.expected.erase(found);
            return out_line;
        };
    };
    const auto turned = take([](const Line& line, const Line& other) {
        return line.text == other.text && line.kind != other.kind && line.kind != Kind::debug;
    });
    const auto altered = take([](const Line& line, const Line& other) {
        return line.kind == other.kind && line.kind != Kind::debug && alike(line.text, other.text);
    });
    for (const Line* const line : hunk.actual) {
        if (expected.content.contains(line->text))
            out.push_back({line->number, Difference::body_leaked, line->text});
        else if (turned(line) != nullptr)
            out.push_back({line->number, Difference::wrong_direction, line->text});
        else if (const Line* const other = altered(line))
            out.push_back({line->number, Difference::altered, line->text + " <> " + other->text});
        else
            out.push_back({line->number, Difference::invented, line->text});
    }
    for (const Line* const line : hunk.expected) {
        if (is_closing(line->kind, line->text))
            out.push_back({hunk.after, Difference::session_not_closed, line->text});
        else
            out.push_back({hunk.after, Difference::missing,
                           line->kind == Kind::end_of_data ? "." : line->text});
    }
}

/// Times are compared by how far they lie from the usual difference: clocks and zones differ.
void compare_times(const Sequence& expected, const Sequence& actual, const std::vector<Pair>& pairs,
                   std::vector<Finding>& out) {
    struct Timed {
        const Line* line;
        std::int64_t ahead;
    };
    std::vector<Timed> timed;
    for (const Pair& pair : pairs) {
        const Line& here = *actual.lines[static_cast<std::size_t>(pair.actual)];
        const Line& there = *expected.lines[static_cast<std::size_t>(pair.expected)];
        if (!here.time || !there.time) continue;
        const std::int64_t ahead =
            (static_cast<std::int64_t>(*here.time) - static_cast<std::int64_t>(*there.time) + day) %
            day;
        timed.push_back({&here, ahead});
    }
    if (timed.empty()) return;
    std::vector<std::int64_t> sorted;
    for (const Timed& each : timed) sorted.push_back(each.ahead);
    std::ranges::nth_element(sorted,
                             sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
    const std::int64_t usual = sorted[sorted.size() / 2];
    for (const Timed& each : timed) {
        const std::int64_t off = (each.ahead - usual + day) % day;
        if (std::min(off, day - off) > seconds_off_max)
            out.push_back({each.line->number, Difference::time_off, each.line->text});
    }
}

void in_order(std::vector<Finding>& findings) {
    std::ranges::stable_sort(findings, {}, &Finding::line);
}

} // namespace

void WholeLog::entry(const Entry& entry) {
    if (entry.kind == Kind::product || entry.kind == Kind::started) {
        headed = headed || lines.empty();
        return;
    }
    if (entry.kind == Kind::continuation && !lines.empty()) {
        lines.back().text += entry.text;
        return;
    }
    lines.push_back({entry.line, entry.kind, entry.time, std::string(entry.text)});
}

Result<std::vector<Finding>> compare(const WholeLog& log, std::string_view journal) {
    Expected wanted;
    if (const auto done = expect(journal, wanted); done.has_error()) return done.error();
    const auto all = [](const Line&) { return true; };
    const Sequence expected{wanted.log.lines, all}, actual{log.lines, all};
    const auto pairs = common(expected, actual);
    if (!pairs || (pairs->empty() && actual.size() > 0))
        return Failure{"the Journal is of another session: the log has nothing in common with it"};
    std::vector<Finding> out;
    for (const auto& [line, oddity] : log.oddities)
        if (oddity != Oddity::wrapped)
            out.push_back({line, Difference::odd_line, std::string(row(oddity).summary)});
    Logins logins;
    for (const Line& line : log.lines)
        if (logins.shows(line.kind, line.text))
            out.push_back({line.number, Difference::password_leaked, line.text});

    std::vector<Hunk> hunks;
    int e = 0, a = 0;
    const auto gather = [&](int to_expected, int to_actual, bool cut) {
        Hunk hunk;
        if (a > 0) hunk.after = actual.lines[static_cast<std::size_t>(a) - 1]->number;
        for (; e < to_expected; ++e)
            if (!cut) hunk.expected.push_back(expected.lines[static_cast<std::size_t>(e)]);
        for (; a < to_actual; ++a) hunk.actual.push_back(actual.lines[static_cast<std::size_t>(a)]);
        if (!hunk.expected.empty() || !hunk.actual.empty()) hunks.push_back(std::move(hunk));
    };
    for (std::size_t i = 0; i < pairs->size(); ++i) {
        const Pair& pair = (*pairs)[i];
        gather(pair.expected, pair.actual, i == 0 && pair.actual == 0 && !log.headed);
        ++e, ++a;
    }
    // The log may have been taken in mid-session, or before the Journal's other sessions.
    const bool taken_early = a == actual.size() && e < expected.size() && a > 0;
    if (taken_early && !is_closing(actual.lines.back()->kind, actual.lines.back()->text))
        out.push_back(
            {actual.lines.back()->number, Difference::session_not_closed, "the log ends"});
    gather(expected.size(), actual.size(), taken_early);
    forgive_pipelining(wanted.log, log, hunks);
    find_moved(hunks, out);
    for (Hunk& hunk : hunks) judge(std::move(hunk), wanted, out);
    compare_times(expected, actual, *pairs, out);
    const auto reported = [&](const Finding& finding) {
        return finding.difference != Difference::password_leaked &&
               std::ranges::any_of(out, [&](const Finding& other) {
                   return other.difference == Difference::password_leaked &&
                          other.line == finding.line;
               });
    };
    std::vector<Finding> once;
    std::ranges::copy_if(out, std::back_inserter(once),
                         [&](const Finding& f) { return !reported(f); });
    in_order(once);
    return once;
}

} // namespace smtpsim::smtplog
