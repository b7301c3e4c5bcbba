#include "sim/smtplog/profile_from_log.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <map>

namespace smtpsim::smtplog {
namespace {

using smtp::Stage;

constexpr std::uint32_t delay_least = 2;    // seconds; less is the network's
constexpr std::uint32_t silence_least = 30; // seconds; who drops a connection does so sooner

/// What the server did at one point: YAML items under `do:`.
struct Act {
    Stage stage;
    std::uint64_t nth; // of its stage in its session, from 1
    std::string effects;
    bool operator==(const Act&) const = default;
};

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += c;
        out += c;
    }
    return out + '\'';
}

/// The profile language's own escapes for octets: \r \n \xNN, and \\ and \| for what they are.
std::string raw_octets(std::string_view octets) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '\r')
            out += "\\r";
        else if (c == '\n')
            out += "\\n";
        else if (c == '\\' || c == '|')
            out += std::string("\\") + c;
        else if (octet < 0x20 || octet > 0x7e)
            out += std::string("\\x") + hex[octet >> 4U] + hex[octet & 15U];
        else
            out += c;
    }
    return out;
}

/// Can `reply:` say this line just so?
bool is_plain(std::string_view line) {
    if (line.size() < 5 || line[0] < '2' || line[0] > '5' || line[1] > '5' || line[4] == ' ')
        return false;
    return line.back() != ' ' && line.size() < 500 && line.find('\\') == std::string_view::npos &&
           std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string braced(std::string_view text) { // { and } begin and end placeholders
    std::string out;
    for (const char c : text) {
        if (c == '{' || c == '}') out += c;
        out += c;
    }
    return out;
}

bool has_enhanced_code(std::string_view line) {
    return line.size() > 6 && is_digit(line[4]) && line[5] == '.' && is_digit(line[6]);
}

std::string reply_effect(const std::vector<const Line*>& lines) {
    bool plain = !lines.empty() && lines.back()->last;
    // `reply:` says the first line's enhanced code in every line.
    plain = plain && (lines.size() == 1 || !has_enhanced_code(lines.front()->text));
    for (const Line* const line : lines)
        plain = plain && is_plain(line->text) && line->code == lines.front()->code &&
                line->text[3] == (line == lines.back() ? ' ' : '-');
    if (!plain) {
        std::string octets;
        for (const Line* const line : lines) octets += octets_of_visible(line->text) + "\r\n";
        return "raw: " + single_quoted(raw_octets(octets));
    }
    if (lines.size() == 1) return "reply: " + single_quoted(braced(lines.front()->text));
    std::string out = "reply: [";
    for (const Line* const line : lines) {
        const std::string_view text = line->text;
        out += line == lines.front()
                   ? single_quoted(std::to_string(line->code) + ' ' + braced(text.substr(4)))
                   : ", " + single_quoted(braced(text.substr(4)));
    }
    return out + ']';
}

/// Half a second less than the log's whole seconds: a client that waited just so long for the
/// reply had it before its time was up.
std::string delay(std::uint32_t seconds) {
    return "{delay: " + std::to_string(seconds * 1000ULL - 500) + "ms}";
}

class Rebuilder {
public:
    explicit Rebuilder(const LoggedSession& session) : session_(session) {}

    std::vector<Act> acts() {
        const std::vector<Line>& lines = session_.lines;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (lines[i].kind == Kind::received) {
                add(i);
            } else if (!reply_.empty() && lines[i].kind != Kind::debug) {
                finish();
            }
        }
        finish();
        end();
        return std::move(acts_);
    }

private:
    void add(std::size_t at) {
        const Line& line = session_.lines[at];
        const bool another = !reply_.empty() && reply_.back()->last;
        // What answers no command was said together with the reply before it.
        if (another && line.stage != Stage::other) finish();
        if (reply_.empty()) {
            stage_ = line.stage;
            delay_ = session_.gap_before(at);
        }
        reply_.push_back(&line);
    }

    void finish() {
        if (reply_.empty()) return;
        std::string effects;
        if (delay_ >= delay_least) effects = delay(delay_) + ", ";
        effects += '{' + reply_effect(reply_) + '}';
        whole_ = reply_.back()->last;
        reply_.clear();
        act(stage_, std::move(effects));
    }

    void act(Stage stage, std::string effects) {
        acts_.push_back({stage, ++counts_[stage], std::move(effects)});
    }

    /// How it ended, where the server had a part in it.
    void end() {
        const Ending ending = session_.ending();
        if (ending == Ending::not_found || ending == Ending::cut) return;
        const auto last = std::find_if(session_.lines.rbegin(), session_.lines.rend(),
                                       [](const Line& line) { return line.kind != Kind::debug; });
        std::uint32_t silence = 0;
        bool timed_out = false, dropped = false;
        for (std::size_t i = 0; i < session_.lines.size(); ++i) {
            const std::string& text = session_.lines[i].text;
            if (session_.lines[i].kind != Kind::debug) silence = 0;
            if (session_.lines[i].kind == Kind::debug) silence += session_.gap_before(i);
            timed_out |= text.find("hr=2148322329") != std::string::npos; // 0x800CCC19
            dropped |= text.find("hr=2148322319") != std::string::npos;   // 0x800CCC0F
        }
        if (ending == Ending::quit && last->kind == Kind::sent && dropped)
            return act(Stage::quit, "reset");
        const bool silent = timed_out || (!dropped && silence >= silence_least);
        const std::string how = silent                   ? "stall"
                                : silence >= delay_least ? delay(silence) + ", close"
                                                         : "close";
        if (last == session_.lines.rend()) return act(Stage::connect, how);
        if (last->kind == Kind::received) {
            if (ending == Ending::quit) return;
            if (whole_ && last->code / 100 == 3) return act(Stage::content, how);
            if (!whole_ && !acts_.empty()) acts_.back().effects += ", " + how;
            // After a whole reply it was the client that closed, unless the log says otherwise.
            if (whole_ && (dropped || timed_out) && !acts_.empty())
                acts_.back().effects += ", " + how;
            return;
        }
        act(last->stage, how);
    }

    const LoggedSession& session_;
    std::vector<const Line*> reply_;
    Stage stage_ = Stage::connect;
    std::uint32_t delay_ = 0;
    bool whole_ = true;
    std::map<Stage, std::uint64_t> counts_;
    std::vector<Act> acts_;
};

/// All that was done at `stage` in any session was the same.
bool always_same(const std::vector<std::vector<Act>>& sessions, Stage stage) {
    const Act* first = nullptr;
    for (const std::vector<Act>& acts : sessions)
        for (const Act& act : acts) {
            if (act.stage != stage) continue;
            if (first == nullptr) first = &act;
            if (act.effects != first->effects) return false;
        }
    return true;
}

} // namespace

std::string profile_from_log(std::span<const LoggedSession> sessions, std::string_view file) {
    std::vector<std::vector<Act>> all;
    std::string notes, host;
    for (const LoggedSession& session : sessions) {
        if (host.empty()) host = session.host;
        const Ending ending = session.ending();
        if (ending == Ending::not_found)
            notes += "# In session " + std::to_string(session.number) +
                     " the name was not found: there was no server.\n";
        else
            all.push_back(Rebuilder{session}.acts());
    }
    const bool name = !host.empty() && host.size() < 250 && std::ranges::all_of(host, [](char c) {
        return is_alpha(c) || is_digit(c) || c == '.' || c == '-';
    });
    std::string out =
        "# Made from " + visible(file) + " by smtpsim profile from-log.\n" + notes +
        "smtpsim: 1\nprofile: from-log\nsummary: Replies as the server of the log did\n"
        "extends: esmtp\nserver:\n";
    if (name) out += "  hostname: " + single_quoted(host) + '\n';
    out += "  limits: {errors: 1000000}\n";
    std::string faults;
    std::vector<Stage> done;
    for (std::size_t number = 0; number < all.size(); ++number) {
        for (const Act& act : all[number]) {
            if (std::ranges::count(done, act.stage) > 0) continue;
            const bool same = always_same(all, act.stage);
            if (same) done.push_back(act.stage);
            faults += "  - {at: " + std::string(smtp::name(act.stage));
            if (!same) {
                faults += ", when: {";
                if (all.size() > 1) faults += "session: " + std::to_string(number + 1) + ", ";
                faults += "nth: " + std::to_string(act.nth) + '}';
            }
            faults += ", do: [" + act.effects + "]}\n";
        }
    }
    if (!faults.empty()) out += "faults:\n" + faults;
    return out;
}

} // namespace smtpsim::smtplog
