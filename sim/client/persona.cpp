#include "sim/client/persona.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"

#include <algorithm>

namespace smtpsim::client {
namespace {

using namespace yaml;

template <class Table> std::vector<std::string> names_of(const Table& table) {
    std::vector<std::string> out;
    for (const auto& row : table) out.emplace_back(row.name);
    return out;
}

bool flag_of(const Node& root, std::string_view key, bool otherwise) {
    const Node* const node = root.find(key);
    return node == nullptr ? otherwise : node->text == "yes";
}

Duration duration_of(const Node* map, std::string_view key, Duration otherwise) {
    const Node* const node = map == nullptr ? nullptr : map->find(key);
    return node == nullptr ? otherwise : parse_duration(node->text).value_or(otherwise);
}

bool lists(const Node& root, std::string_view key, std::string_view word) {
    const Node* const list = root.find(key);
    return list != nullptr && std::ranges::any_of(list->items, [&](const NodePtr& item) {
               return item->text == word;
           });
}

Persona build(const Node& root) {
    using namespace std::chrono_literals;
    Persona out;
    const auto text = [&](std::string_view key, std::string& value) {
        if (const Node* const node = root.find(key)) value = node->text;
    };
    text("persona", out.name);
    text("summary", out.summary);
    text("log", out.log);
    std::string word = "ehlo";
    text("hello", word);
    out.ehlo = word == "ehlo";
    word = "refused";
    text("fallback", word);
    out.fallback =
        static_cast<Fallback>(std::ranges::find(fallback_names, word) - fallback_names.begin());
    out.rset = flag_of(root, "rset", false);
    out.partial = flag_of(root, "partial", true);
    out.pipelining = lists(root, "uses", "PIPELINING");
    out.size = lists(root, "uses", "SIZE");
    out.eight_bit = lists(root, "uses", "8BITMIME");
    const Node* const timeouts = root.find("timeouts");
    out.connect_timeout = duration_of(timeouts, "connect", 5min);
    out.reply_timeout = duration_of(timeouts, "reply", 5min);
    out.message_timeout = duration_of(timeouts, "message", 10min);
    if (const Node* const retry = root.find("retry")) {
        out.retries = parse_count(retry->find("times")->text).value_or(0);
        out.retry_after = duration_of(retry, "after", 1min);
    }
    for (const MistakeRow& row : mistake_table)
        if (lists(root, "mistakes", row.name))
            out.mistakes |= 1U << static_cast<unsigned>(row.mistake);
    return out;
}

} // namespace

const Shape& persona_shape() {
    static const Shape flag = one_of({"yes", "no"});
    static const Shape name = text_like("a name of lower-case letters, digits, dots and hyphens",
                                        "^[a-z0-9][a-z0-9.-]*$");
    static const Shape log = one_of({"imn-1.0", "oe-4", "oe-5", "oe-6"});
    static const Shape hello = one_of({"ehlo", "helo"});
    static const Shape fallback =
        one_of(std::vector<std::string>(fallback_names.begin(), fallback_names.end()));
    static const Shape extension = one_of({"PIPELINING", "SIZE", "8BITMIME"});
    static const Shape extensions = list_of("a list of extensions", extension);
    static const Shape mistake =
        one_of("a mistake such as goes-on-after-421", names_of(mistake_table));
    static const Shape mistakes = list_of("a list of mistakes", mistake);
    static const Shape timeouts =
        record_of("a map with connect, reply and message",
                  {{"connect", &positive_duration_shape(),
                    "For the connection to open. Unless set: 5min (RFC 5321 §4.5.3.2)."},
                   {"reply", &positive_duration_shape(), "For a reply. Unless set: 5min."},
                   {"message", &positive_duration_shape(),
                    "For the reply to the message. Unless set: 10min."}});
    static const Shape retry =
        record_of("a map with times and after",
                  {{"times", &count_shape(),
                    "How many attempts after the first, after a failure that may pass.", true},
                   {"after", &positive_duration_shape(), "The pause before each.", true}});
    static const Shape shape = record_of(
        "a map that begins with smtpsim: 1",
        {version_key(),
         {"persona", &name, "Its name.", true},
         {"summary", &text_shape(), "What client it is.", true},
         {"log", &log, "The dialect of its Smtp.log. Unless set: imn-1.0."},
         {"hello", &hello, "How it greets. Unless set: ehlo."},
         {"fallback", &fallback,
          "After which replies to EHLO it tries HELO: unsupported: 500, 502 and 504; refused: any "
          "5yz. Unless set: refused."},
         {"rset", &flag, "RSET before each MAIL. Unless set: no."},
         {"uses", &extensions, "Extensions it uses where they are offered."},
         {"partial", &flag,
          "Where some recipients are refused, the others get the message. Unless set: yes."},
         {"timeouts", &timeouts, "How long it waits."},
         {"retry", &retry, "Another attempt after a failure that may pass."},
         {"mistakes", &mistakes, "What it gets wrong on purpose."}});
    return shape;
}

namespace {

Loaded<Persona> from_text(std::string_view text, const std::string& file) {
    Problems problems;
    const NodePtr root = parse_tree(text, file, problems);
    if (root) check(*root, persona_shape(), problems);
    if (!problems.empty()) return problems;
    return build(*root);
}

} // namespace

Loaded<Persona> load_persona(const std::string& name_or_path, const ReadFile& read) {
    std::vector<std::string_view> names;
    for (const PersonaFile& file : built_in_personas()) {
        if (file.name == name_or_path) return from_text(file.text, name_or_path + ".yaml");
        names.push_back(file.name);
    }
    const bool path = name_or_path.find('/') != std::string::npos ||
                      name_or_path.ends_with(".yaml") || name_or_path.ends_with(".yml");
    if (!path) {
        const std::string meant = did_you_mean(name_or_path, names);
        return Problems{{{},
                         "no persona called " + in_quotes(name_or_path) +
                             (meant.empty() ? "; smtpsim send --list shows all" : meant)}};
    }
    const auto text = read(name_or_path);
    if (!text) return Problems{{{}, text.error().what}};
    return from_text(*text, name_or_path);
}

} // namespace smtpsim::client
