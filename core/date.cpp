#include "core/date.hpp"

#include "core/text.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace smtpsim {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
    year_month_day date;
    unsigned weekday; // Sunday is 0
    hh_mm_ss<microseconds> time;

    Fields(Tick at, ZoneOffset zone)
        : Fields(sys_time<microseconds>(at.time_since_epoch() + zone)) {}

private:
    explicit Fields(sys_time<microseconds> local)
        : date(floor<days>(local)), weekday(std::chrono::weekday(floor<days>(local)).c_encoding()),
          time(local - floor<days>(local)) {}
};

void append_padded(std::int64_t value, int width, std::string& out) {
    std::array<char, 20> digits{};
    for (auto at = digits.rbegin(); at != digits.rend(); ++at, value /= 10)
        *at = static_cast<char>('0' + value % 10);
    out.append(digits.end() - width, digits.end());
}

void append_year(const Fields& at, std::string& out) {
    const int year = static_cast<int>(at.date.year());
    if (year > 9'999)
        out += std::to_string(year);
    else
        append_padded(year, 4, out);
}

void append_time(const Fields& at, std::string_view separator, std::string& out) {
    append_padded(at.time.hours().count(), 2, out);
    out += separator;
    append_padded(at.time.minutes().count(), 2, out);
    out += separator;
    append_padded(at.time.seconds().count(), 2, out);
}

void append_date(const Fields& at, std::string_view separator, std::string& out) {
    append_year(at, out);
    out += separator;
    append_padded(static_cast<unsigned>(at.date.month()), 2, out);
    out += separator;
    append_padded(static_cast<unsigned>(at.date.day()), 2, out);
}

std::string_view month_name(const Fields& at) {
    return month_names.at(static_cast<unsigned>(at.date.month()) - 1);
}

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<int> digits(std::size_t width) {
        if (rest_.size() < width) return std::nullopt;
        int value = 0;
        for (const char c : rest_.substr(0, width)) {
            if (!is_digit(c)) return std::nullopt;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }
    bool literal(std::string_view wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(wanted.size());
        return true;
    }
    std::optional<microseconds> fraction() { // none is 0, but "." needs a digit: RFC 3339 §5.6
        if (!literal(".")) return microseconds{0};
        if (done() || !is_digit(rest_.front())) return std::nullopt;
        std::int64_t value = 0;
        std::int64_t unit = 100'000;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), unit /= 10)
            value += (rest_.front() - '0') * unit;
        return microseconds{value};
    }
    bool done() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::optional<ZoneOffset> read_zone(Reader& reader, std::string_view separator) {
    const bool east = reader.literal("+");
    if (!east && !reader.literal("-")) return std::nullopt;
    const auto hour = reader.digits(2);
    if (!hour || !reader.literal(separator)) return std::nullopt;
    const auto minute = reader.digits(2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    const ZoneOffset offset = hours{*hour} + minutes{*minute};
    return east ? offset : -offset;
}

} // namespace

void append_mail_date(Tick at, ZoneOffset zone, std::string& out) {
    const Fields local{at, zone};
    out += day_names.at(local.weekday);
    out += ", ";
    out += std::to_string(static_cast<unsigned>(local.date.day()));
    out += ' ';
    out += month_name(local);
    out += ' ';
    append_year(local, out);
    out += ' ';
    append_time(local, ":", out);
    out += zone < ZoneOffset{0} ? " -" : " +";
    const auto offset = std::abs(zone.count());
    append_padded(offset / 60 * 100 + offset % 60, 4, out);
}

void append_stamp(Tick at, std::string& out) {
    const Fields utc{at, ZoneOffset{0}};
    append_date(utc, "", out);
    append_time(utc, "", out);
    append_padded(utc.time.subseconds().count() / 1000, 3, out);
}

void append_iso_date(Tick at, std::string& out) {
    const Fields utc{at, ZoneOffset{0}};
    append_date(utc, "-", out);
    out += 'T';
    append_time(utc, ":", out);
    out += '.';
    append_padded(utc.time.subseconds().count(), 6, out);
    out += 'Z';
}

void append_log_start(Tick at, ZoneOffset zone, std::string& out) {
    const Fields local{at, zone};
    out += day_names.at(local.weekday);
    out += ' ';
    out += month_name(local);
    out += ' ';
    append_padded(static_cast<unsigned>(local.date.day()), 2, out);
    out += ' ';
    append_time(local, ":", out);
}

void append_slash_date(Tick at, ZoneOffset zone, std::string& out) {
    const Fields local{at, zone};
    append_padded(static_cast<unsigned>(local.date.month()), 2, out);
    out += '/';
    append_padded(static_cast<unsigned>(local.date.day()), 2, out);
    out += '/';
    append_year(local, out);
    out += ' ';
    append_time(local, ":", out);
}

void append_clock_time(Tick at, ZoneOffset zone, std::string& out) {
    append_time(Fields{at, zone}, ":", out);
}

std::optional<Tick> parse_iso_date(std::string_view text) {
    Reader reader{text};
    const auto y = reader.digits(4);
    if (!y || !reader.literal("-")) return std::nullopt;
    const auto m = reader.digits(2);
    if (!m || !reader.literal("-")) return std::nullopt;
    const auto d = reader.digits(2);
    if (!d || !reader.literal("T")) return std::nullopt;
    const auto hour = reader.digits(2);
    if (!hour || !reader.literal(":")) return std::nullopt;
    const auto minute = reader.digits(2);
    if (!minute || !reader.literal(":")) return std::nullopt;
    const auto second = reader.digits(2);
    if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const auto fraction = reader.fraction();
    if (!fraction) return std::nullopt;
    std::optional<ZoneOffset> zone = ZoneOffset{0};
    if (!reader.literal("Z")) zone = read_zone(reader, ":");
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                              day{static_cast<unsigned>(*d)}};
    if (!zone || !reader.done() || !date.ok()) return std::nullopt;
    return Tick{sys_days{date}.time_since_epoch() + hours{*hour} + minutes{*minute} +
                seconds{*second} + *fraction - *zone};
}

std::optional<ZoneOffset> parse_zone(std::string_view text) {
    Reader reader{text};
    const auto zone = read_zone(reader, "");
    return reader.done() ? zone : std::nullopt;
}

} // namespace smtpsim
