#include "sim/journal/read.hpp"

#include "sim/journal/event_table.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <concepts>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace smtpsim::journal {
namespace {

namespace json = boost::json;

/// Strings of octets are ISO 8859-1, encoded as UTF-8.
std::string octets_of(std::string_view utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const bool two = (lead & 0xfcU) == 0xc0 && i + 1 < utf8.size();
        out += two ? static_cast<char>((lead & 3U) << 6 |
                                       (static_cast<unsigned char>(utf8[i + 1]) & 0x3fU))
                   : utf8[i];
        if (two) ++i;
    }
    return out;
}

class Object {
public:
    explicit Object(const json::object& object) : object_(object) {}

    std::string text(std::string_view key) const {
        const json::value* const value = object_.if_contains(key);
        const json::string* const string = value == nullptr ? nullptr : value->if_string();
        return string == nullptr ? std::string{} : std::string(string->data(), string->size());
    }
    std::string octets(std::string_view key) const { return octets_of(text(key)); }
    std::uint64_t number(std::string_view key) const {
        const json::value* const value = object_.if_contains(key);
        if (value == nullptr) return 0;
        if (value->is_uint64()) return value->get_uint64();
        return value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
    }
    std::vector<std::string> octets_list(std::string_view key) const {
        std::vector<std::string> out;
        const json::value* const value = object_.if_contains(key);
        if (value == nullptr || !value->is_array()) return out;
        for (const json::value& item : value->get_array())
            if (item.is_string())
                out.push_back(octets_of({item.get_string().data(), item.get_string().size()}));
        return out;
    }

private:
    const json::object& object_;
};

// What a word stands for that this version does not know.
constexpr faults::Stage unknown(faults::Stage) { return faults::Stage::other; }
constexpr TroubleKind unknown(TroubleKind) { return TroubleKind::dropped; }
constexpr ClosedBy unknown(ClosedBy) { return ClosedBy::stopped; }

constexpr faults::Stage last(faults::Stage) { return faults::stage_table.back().stage; }
constexpr TroubleKind last(TroubleKind) { return TroubleKind::reset; }
constexpr ClosedBy last(ClosedBy) { return ClosedBy::stopped; }

template <class Enum> Enum named(std::string_view word) {
    for (int i = 0; i <= static_cast<int>(last(Enum{})); ++i)
        if (name(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    return unknown(Enum{});
}

/// The fields of one event, and the strings that its views look into.
template <class Of> class Filled {
public:
    Filled(const Object& line, Of& what) : line_(line), what_(what) {
        std::apply([&](const auto&... field) { (fill(field), ...); }, row_of<Of>().fields);
    }

private:
    void fill(const Field<Of, std::string_view>& field) {
        std::string& text = texts_.at(used_++);
        text = field.form == Form::octets ? line_.octets(field.key) : line_.text(field.key);
        what_.*field.member = text;
    }
    void fill(const Field<Of, std::span<const std::string>>& field) {
        list_ = line_.octets_list(field.key);
        what_.*field.member = list_;
    }
    template <std::integral Value> void fill(const Field<Of, Value>& field) {
        const std::uint64_t number = line_.number(field.key);
        what_.*field.member = static_cast<Value>(number); // a bool: any but 0
    }
    template <class Value>
    requires std::is_enum_v<Value>
    void fill(const Field<Of, Value>& field) {
        what_.*field.member = named<Value>(line_.text(field.key));
    }

    static constexpr std::size_t fields =
        std::tuple_size_v<std::remove_cvref_t<decltype(row_of<Of>().fields)>>;
    const Object& line_;
    Of& what_;
    std::array<std::string, fields> texts_;
    std::size_t used_ = 0;
    std::vector<std::string> list_;
};

void read_event(const Object& line, const std::function<void(const Event&)>& take) {
    Event event{line.number("n"), line.number("session"),
                Tick{Duration{static_cast<std::int64_t>(line.number("t"))}}, Closed{}};
    const std::string kind = line.text("event");
    for_each_event([&]<class Row>(const Row& row) {
        using Of = typename Row::Event;
        if (row.kind != kind) return;
        const Filled<Of> filled{line, event.what.emplace<Of>()};
        take(event);
    });
}

} // namespace

Result<void> read_json_lines(std::string_view text, const std::function<void(const Event&)>& take) {
    std::uint64_t number = 0;
    while (!text.empty()) {
        const std::size_t feed = text.find('\n');
        const std::string_view line = text.substr(0, feed);
        text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
        ++number;
        if (line.empty()) continue;
        json::error_code error;
        const json::value value = json::parse({line.data(), line.size()}, error);
        const std::string where = "line " + std::to_string(number) + ": ";
        if (error) return Failure{where + "no JSON: " + error.message()};
        const json::object* const object = value.if_object();
        if (object == nullptr || object->if_contains("event") == nullptr)
            return Failure{where + "no event of a Journal"};
        read_event(Object{*object}, take);
    }
    return {};
}

} // namespace smtpsim::journal
