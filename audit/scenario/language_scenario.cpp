// The language of scenarios: the keys of a step, and around them those of the file.
#include "audit/scenario/scenario.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "profiles/language/language.hpp"

namespace smtpsim::scenario {
namespace {

using namespace profiles;
using namespace yaml;

Shape map_of(std::string expected, std::string pattern, const Shape& item) {
    Shape map;
    map.form = Form::map;
    map.expected = std::move(expected);
    map.key_expected = "a name of lower-case letters, digits and hyphens";
    map.key_pattern = std::move(pattern);
    map.item = &item;
    return compile(std::move(map));
}

Shape any_text(std::string expected) { // of many lines, too
    Shape text;
    text.expected = std::move(expected);
    return text;
}

constexpr std::string_view name_pattern = "^[a-z][a-z0-9-]*$";

std::vector<Key> server_keys() {
    static const Shape faults = list_of("a list of faults", fault_shape());
    return {
        {"profile", &text_shape(), "A built-in profile, or a file. Unless set: esmtp."},
        {"server", &server_shape(), "What is different from the profile's server."},
        {"modem", &modem_shape(), "What is different from the profile's modem."},
        {"faults", &faults, "What goes wrong; asked before the profile's own."},
    };
}

std::vector<Key> step_keys() {
    static const Shape server =
        record_of("a map with profile, server, modem or faults", server_keys());
    static const Shape servers =
        map_of("a map of names and servers", std::string(name_pattern), server);
    static const Shape secure = one_of({"plain", "starttls", "implicit"});
    static const Shape mail =
        record_of("a map with sender, recipient or message",
                  {{"sender", &text_shape(), "Unless set: jdoe@somewhere.com."},
                   {"recipient", &text_shape(), "Unless set: janed@elsewhere.com."},
                   {"message", &text_shape(), "A file. Unless set: a short message."}});
    std::vector<Key> keys = server_keys();
    keys.push_back(
        {"servers", &servers, "Further servers: {NAME.port} and {NAME.tls-port} are their ports."});
    keys.push_back({"client", &client_shape(),
                    "The client: its command, its file, or manual: then it is waited for."});
    keys.push_back({"clients", &count_shape(), "So many at once. Unless set: 1."});
    keys.push_back({"tls", &secure, "How the client is run. Unless set: plain."});
    keys.push_back({"login", &bool_shape(), "Whether the client logs in. Unless set: false."});
    keys.push_back({"mail", &mail, "What is sent."});
    keys.push_back({"expect", &expect_shape(), "The expected result."});
    return keys;
}

} // namespace

const Shape& scenario_shape() {
    static const Shape tag = text_like("a tag", "^[a-z0-9][a-z0-9.-]*$");
    static const Shape tags = list_of("a list of tags", tag);
    static const Shape value = [] {
        Shape text;
        text.form = Form::choice;
        text.expected = "a value";
        static const Shape words = any_text("a text");
        static const Shape number = [] {
            Shape count;
            count.form = Form::integer;
            count.expected = "a number";
            count.most = 1'000'000'000'000;
            return count;
        }();
        text.alternatives = {&words, &number};
        return text;
    }();
    static const Shape parameters =
        map_of("a map of names and values", std::string(name_pattern), value);
    static const Shape values = list_of("a list of values", value);
    static const Shape matrix =
        map_of("a map of names and lists", std::string(name_pattern), values);
    static const Shape word = any_text("a word");
    static const Shape command = list_of("a command as a list of words", word);
    static const Shape commands = list_of("a list of commands", command);
    static const Shape seed = [] {
        Shape number;
        number.form = Form::integer;
        number.expected = "a whole number";
        number.most = std::uint64_t{1} << 53;
        return number;
    }();
    static const Shape step = [] {
        std::vector<Key> keys = step_keys();
        keys.insert(keys.begin(), {"name", &text_shape(), "What happens in it.", true});
        return record_of("a map that begins with name", std::move(keys));
    }();
    static const Shape steps = list_of("a list of steps", step);
    static const Shape shape = [] {
        std::vector<Key> keys{
            version_key(),
            {"scenario", &text_shape(), "What has to hold, in a sentence.", true},
            {"summary", &text_shape(), "Why, or how."},
            {"extends", &text_shape(), "Another scenario's file; maps are merged, lists replace."},
            {"tags", &tags, "For --tag."},
            {"parameters", &parameters, "{NAME} in any value of this file becomes this."},
            {"matrix", &matrix, "One scenario for each combination; {NAME} becomes each value."},
            {"seed", &seed, "Unless set: that of --seed."},
            {"setup", &commands,
             "Run before, in {dir}. If one fails, the status of the scenario is error."},
            {"teardown", &commands, "Run at the end, also after a failure."},
            {"steps", &steps,
             "One after the other; each has what is above, but for its own keys."}};
        for (Key& key : step_keys()) keys.push_back(std::move(key));
        return record_of("a map that begins with smtpsim: 1", std::move(keys));
    }();
    return shape;
}

} // namespace smtpsim::scenario
