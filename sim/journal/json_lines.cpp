#include "sim/journal/json_lines.hpp"

#include "core/date.hpp"
#include "core/json.hpp"
#include "sim/journal/event_table.hpp"

#include <array>
#include <charconv>
#include <concepts>
#include <tuple>
#include <type_traits>

namespace smtpsim::journal {
namespace {

constexpr std::size_t line_octets_kept = 1 << 20; // chosen: the memory a rare long line may leave

/// Writes members in the order of the calls: the order of keys is part of the format.
class Members {
public:
    explicit Members(std::string& out) : out_(out) {}

    template <std::integral T> Members& number(std::string_view key, T value) {
        begin(key);
        std::array<char, 20> digits; // the longest: -9223372036854775808
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        out_.append(digits.data(), end);
        return *this;
    }
    Members& octets(std::string_view key, std::string_view value) { // a peer's: ISO 8859-1 reading
        begin(key);
        append_json_string(value, out_);
        return *this;
    }
    Members& text(std::string_view key, std::string_view value) { // ours or a profile's: UTF-8
        begin(key);
        append_json_text(value, out_);
        return *this;
    }
    Members& date(std::string_view key, Tick value) {
        begin(key);
        out_ += '"';
        append_iso_date(value, out_);
        out_ += '"';
        return *this;
    }
    Members& octets_list(std::string_view key, std::span<const std::string> values) {
        begin(key);
        char separator = '[';
        for (const std::string& value : values) {
            out_ += separator;
            append_json_string(value, out_);
            separator = ',';
        }
        out_ += values.empty() ? "[]" : "]";
        return *this;
    }

private:
    void begin(std::string_view key) { // keys are ours and need no escapes
        out_ += separator_;
        separator_ = ',';
        out_ += '"';
        out_ += key;
        out_ += "\":";
    }

    std::string& out_;
    char separator_ = '{';
};

/// Writes the fields of an event as its row says.
struct Append {
    Members& to;
    Tick at;

    template <class Of> void operator()(const Of& what) const {
        const auto& row = row_of<Of>();
        if (row.dated) to.date("at", at);
        to.text("event", row.kind);
        std::apply([&](const auto&... field) { (append(field, what.*field.member), ...); },
                   row.fields);
    }

private:
    template <class Of>
    void append(const Field<Of, std::string_view>& field, std::string_view value) const {
        if (field.form == Form::octets)
            to.octets(field.key, value);
        else
            to.text(field.key, value);
    }
    template <class Of>
    void append(const Field<Of, std::span<const std::string>>& field,
                std::span<const std::string> values) const {
        to.octets_list(field.key, values);
    }
    template <class Of, std::integral Value>
    void append(const Field<Of, Value>& field, Value value) const {
        if constexpr (std::same_as<Value, bool>)
            to.number(field.key, value ? 1 : 0);
        else
            to.number(field.key, value);
    }
    template <class Of, class Value>
    requires std::is_enum_v<Value>
    void append(const Field<Of, Value>& field, Value value) const {
        to.text(field.key, name(value));
    }
};

} // namespace

void JsonLines::show(const Event& event) {
    line_.clear();
    Members members{line_};
    members.number("n", event.number).number("session", event.session);
    members.number("t", event.at.time_since_epoch().count());
    std::visit(Append{members, event.at}, event.what);
    line_ += "}\n";
    sink_.write(line_);
    if (line_.capacity() > line_octets_kept) line_ = {};
}

} // namespace smtpsim::journal
