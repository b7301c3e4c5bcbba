#include "audit/report/json_report.hpp"

#include "audit/report/json_report_keys.hpp"
#include "core/date.hpp"
#include "core/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>

namespace smtpsim::report {
namespace {

namespace json = boost::json;

/// Each function is true if the value was as its key says; else `error` says what and where.
class Reader {
public:
    explicit Reader(int version) : version_(version) {}

    std::string error;

    template <class Record> bool members(const json::value& value, Record& record) {
        const json::object* const object = value.if_object();
        if (object == nullptr) return wrong("an object");
        bool good = true;
        for_each_key<Record>([&](const auto& key) { good = good && member(*object, key, record); });
        return good;
    }

private:
    template <class K, class Record>
    bool member(const json::object& object, const K& key, Record& record) {
        const std::size_t above = path_.size();
        path_ += (path_.empty() ? "" : ".") + std::string(key.name);
        const json::value* const value = object.if_contains(key.name);
        auto& member = record.*key.member;
        const bool good = value == nullptr ? absent(member) : read(key, *value, member);
        path_.resize(above);
        return good;
    }

    template <class Value> bool absent(Value&) { return wrong("a value"); }
    template <class Value> bool absent(std::optional<Value>&) { return true; }

    template <class Owner>
    bool read(const OctetsKey<Owner>&, const json::value& value, std::string& octets) {
        std::string text;
        if (!take(value, text)) return false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto lead = static_cast<unsigned char>(text[i]);
            if (lead > 0xC3) return wrong("octets, each a code point up to U+00FF");
            if (lead < 0x80)
                octets += text[i];
            else // two octets of UTF-8, which Boost.JSON has seen to
                octets += static_cast<char>((lead & 3U) << 6 |
                                            (static_cast<unsigned char>(text[++i]) & 0x3FU));
        }
        return true;
    }
    template <class Owner, class Value>
    bool read(const Key<Owner, Value>&, const json::value& value, Value& out) {
        return take(value, out);
    }

    bool take(const json::value& value, std::string& out) {
        const json::string* const text = value.if_string();
        if (text == nullptr) return wrong("a string");
        out.assign(text->begin(), text->end());
        return true;
    }
    bool take(const json::value& value, std::optional<std::string>& out) {
        return take(value, out.emplace());
    }
    bool take(const json::value& value, std::uint64_t& out) {
        if (const std::uint64_t* large = value.if_uint64())
            out = *large;
        else if (const std::int64_t* small = value.if_int64(); small && *small >= 0)
            out = static_cast<std::uint64_t>(*small);
        else
            return wrong("an integer from 0");
        return true;
    }
    bool take(const json::value& value, int& out) {
        std::uint64_t number = 0;
        if (!take(value, number)) return false;
        if (number > std::numeric_limits<int>::max()) return wrong("a smaller number");
        out = static_cast<int>(number);
        return true;
    }
    bool take(const json::value& value, Duration& out) {
        const std::int64_t* const count = value.if_int64();
        if (count == nullptr) return wrong("microseconds");
        out = Duration{*count};
        return true;
    }
    bool take(const json::value& value, Tick& out) {
        std::string text;
        if (!take(value, text)) return false;
        const auto at = parse_iso_date(text);
        if (!at) return wrong("a date such as 1996-08-01T22:24:22Z");
        out = *at;
        return true;
    }
    bool take(const json::value& value, scenario::Status& out) {
        return take_name(value, version_ == 1 ? version_1_status_names : scenario::status_names,
                         out);
    }
    bool take(const json::value& value, scenario::Happened::Kind& out) {
        return take_name(value, scenario::happened_names, out);
    }
    bool take(const json::value& value, std::optional<scenario::Verdict>& out) {
        std::string text;
        if (!take(value, text)) return false;
        out = scenario::verdict_named(text);
        return out.has_value() || wrong("the name of a verdict");
    }
    template <class Names, class Enum>
    bool take_name(const json::value& value, const Names& names, Enum& out) {
        std::string text;
        if (!take(value, text)) return false;
        const auto found = std::ranges::find(names, text);
        if (found == names.end()) return wrong("one of its names");
        out = static_cast<Enum>(found - names.begin());
        return true;
    }
    template <class Value> bool take(const json::value& value, std::vector<Value>& out) {
        const json::array* const items = value.if_array();
        if (items == nullptr) return wrong("a list");
        out.reserve(items->size());
        const std::size_t above = path_.size();
        for (const json::value& item : *items) {
            path_ += '[' + std::to_string(out.size()) + ']';
            if (!take(item, out.emplace_back())) return false;
            path_.resize(above);
        }
        return true;
    }
    template <class Record> bool take(const json::value& value, Record& out) {
        return members(value, out);
    }

    bool wrong(std::string_view expected) {
        error = (path_.empty() ? "the report" : path_) + ": expected " + std::string(expected);
        return false;
    }

    int version_;
    std::string path_; // of the value that is being read
};

} // namespace

Result<scenario::Report> read_json(std::string_view text) {
    boost::system::error_code failed;
    const json::value value = json::parse({text.data(), text.size()}, failed);
    if (failed) return Failure{"no JSON: " + failed.message()};
    const json::object* const object = value.if_object();
    const json::value* const version =
        object == nullptr ? nullptr : object->if_contains(format_key);
    if (version == nullptr)
        return Failure{"no report of smtpsim: it has no " + std::string(format_key)};
    const bool known = *version == json::value(1) || *version == json::value(format_version);
    if (!known)
        return Failure{"a report of version " + json::serialize(*version) +
                       "; this smtpsim reads 1 to " + std::to_string(format_version)};
    Reader reader{static_cast<int>(version->as_int64())};
    scenario::Report report;
    if (!reader.members(value, report)) return Failure{reader.error};
    return report;
}

} // namespace smtpsim::report
