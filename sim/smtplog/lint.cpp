#include "sim/smtplog/lint.hpp"

#include "core/text.hpp"

namespace smtpsim::smtplog {
namespace {

constexpr std::uint32_t half_a_day = 12 * 3600; // back by more: it was midnight

} // namespace

void Lint::entry(const Entry& entry) {
    if (entry.kind == Kind::product || entry.kind == Kind::started) {
        (entry.kind == Kind::product ? names_product_ : names_start_) = true;
        return;
    }
    if (!header_reported_ && !(names_product_ && names_start_))
        take_({1, Difference::no_header, std::string(row(Difference::no_header).summary)});
    header_reported_ = true;
    if (entry.kind == Kind::continuation) return;
    ++lines_;
    last_line_ = entry.line;
    find_order(entry);
    find_leaks(entry);
}

void Lint::odd(std::uint64_t line, Oddity oddity) {
    take_({line, Difference::odd_line, std::string(row(oddity).summary)});
}

void Lint::finish() {
    if (open_) take_({last_line_, Difference::session_not_closed, "the log ends"});
}

void Lint::find_order(const Entry& entry) {
    const bool begins = entry.kind == Kind::debug && entry.text.starts_with("Connecting to ");
    const bool closes = is_closing(entry.kind, entry.text);
    if (begins && open_)
        take_({entry.line, Difference::session_not_closed, "another session begins"});
    if (begins || closes) in_content_ = false;
    open_ = begins || (open_ && !closes);
    if (begins) last_time_.reset(); // it may be another day
    if (!entry.time) return;
    if (last_time_ && *entry.time < *last_time_ && *last_time_ - *entry.time <= half_a_day)
        take_({entry.line, Difference::time_off, std::string(entry.text)});
    last_time_ = entry.time;
}

void Lint::find_leaks(const Entry& entry) {
    const auto report = [&](Difference difference) {
        take_({entry.line, difference, std::string(entry.text)});
    };
    if (logins_.shows(entry.kind, entry.text)) report(Difference::password_leaked);
    switch (entry.kind) {
    case Kind::received:
        if (entry.text.size() < 3 || !is_digit(entry.text[0])) report(Difference::bad_reply);
        in_content_ = !ended_ && entry.text.starts_with("354");
        return;
    case Kind::sent:
        if (in_content_ && !entry.text.empty()) report(Difference::body_leaked);
        ended_ = false;
        return;
    case Kind::end_of_data:
        in_content_ = false;
        ended_ = true;
        return;
    default: return;
    }
}

} // namespace smtpsim::smtplog
