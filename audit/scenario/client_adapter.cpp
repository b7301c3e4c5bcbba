#include "audit/scenario/client_adapter.hpp"

#include "audit/scenario/placeholders.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/client_behaviour.hpp"

#include <algorithm>
#include <filesystem> // for the arithmetic of paths only

namespace smtpsim::scenario {
namespace {

using namespace profiles;
using namespace yaml;

constexpr std::string_view options_word = "{options}";

std::string wrong_outcome_key(std::string_view key) {
    if (key.starts_with('/')) {
        const auto pattern = Pattern::parse(key);
        return pattern ? "" : "bad regular expression: " + pattern.error().what;
    }
    const auto dash = key.find('-');
    const auto least = parse_count(key.substr(0, dash));
    const auto most = dash == std::string_view::npos ? least : parse_count(key.substr(dash + 1));
    return least && most && *least <= *most && *most <= 255
               ? ""
               : "expected an exit code from 0 to 255, a range such as 65-78, or a /pattern/ of "
                 "its "
                 "output, not " +
                     in_quotes(key);
}

const Shape& words_shape() {
    static const Shape word = [] {
        Shape text;
        text.expected = "a word";
        return text;
    }();
    static const Shape shape = list_of("a list of words", word);
    return shape;
}

const Shape& options_shape() { // a script may go by its environment and want no words
    static const Shape shape = [] {
        Shape list = words_shape();
        list.not_empty = false;
        return list;
    }();
    return shape;
}

const Shape& outcome_shape() {
    static const Shape shape = [] {
        std::vector<std::string> names;
        for (const faults::NameRow& row : faults::outcome_table) names.emplace_back(row.name);
        static const Shape one = one_of("an outcome such as failed", std::move(names));
        static const Shape several = list_of("a list of outcomes", one);
        return choice_of("an outcome such as failed, or a list", {&one, &several});
    }();
    return shape;
}

std::vector<Key> client_keys() {
    static const Shape free_text = [] {
        Shape text;
        text.expected = "a text";
        return text;
    }();
    static const Shape texts = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of names and texts";
        map.key_expected = "a name";
        map.key_pattern = R"(^[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}$)";
        map.key_objection = [](std::string_view name) -> std::string {
            return name.find("..") == std::string_view::npos ? "" : "a name without ..";
        };
        map.item = &free_text;
        return compile(std::move(map));
    }();
    static const Shape outcomes = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of exit codes and outcomes";
        map.key_expected = "an exit code such as 75, a range such as 65-78, or a /pattern/";
        map.key_pattern = R"(^([0-9]{1,3}(-[0-9]{1,3})?|/.+/)$)";
        map.key_objection = wrong_outcome_key;
        map.item = &outcome_shape();
        return compile(std::move(map));
    }();
    return {
        {"command", &words_shape(),
         "The program and its words. No shell: write [sh, -c, ...] for one."},
        {"plain", &options_shape(), "What {options} becomes without TLS."},
        {"starttls", &options_shape(), "What {options} becomes for STARTTLS."},
        {"implicit", &options_shape(), "What {options} becomes where TLS comes first."},
        {"login", &options_shape(), "What is added to {options} for a login."},
        {"stdin", &free_text, "What it reads. Unless set: nothing."},
        {"environment", &texts, "Added to PATH, HOME, LC_ALL and SMTPSIM_HOST and the like."},
        {"files", &texts, "Written into {dir} before it starts."},
        {"runs-in", &free_text, "The folder where it runs. Unless set: {dir}."},
        {"outcome", &outcomes,
         "What it means when it ends: the first that matches. Unless set: 0 is delivered, 75 "
         "deferred, any other failed."},
        {"log", &free_text, "The log that it writes."},
        {"timeout", &positive_duration_shape(), "Then it is stopped. Unless set: 30s."},
        {"patience", &positive_duration_shape(),
         "How long the command lets it wait for a reply. A case with a slower server is skipped."},
    };
}

std::vector<std::string> words(const Node& map, std::string_view key) {
    std::vector<std::string> out;
    const Node* const list = map.find(key);
    if (list == nullptr) return out;
    for (const NodePtr& item : list->items) out.push_back(item->text);
    return out;
}

std::vector<std::pair<std::string, std::string>> pairs(const Node& map, std::string_view key) {
    std::vector<std::pair<std::string, std::string>> out;
    const Node* const node = map.find(key);
    if (node == nullptr) return out;
    for (const yaml::Entry& entry : node->entries) out.emplace_back(entry.key, entry.value->text);
    return out;
}

OutcomeRule rule(const yaml::Entry& entry) {
    OutcomeRule out;
    const std::string& key = entry.key;
    if (key.starts_with('/')) {
        if (auto pattern = Pattern::parse(key)) out.pattern = *std::move(pattern);
    } else {
        const auto dash = key.find('-');
        out.least = static_cast<int>(parse_count(key.substr(0, dash)).value_or(0));
        out.most = dash == std::string::npos
                       ? out.least
                       : static_cast<int>(parse_count(key.substr(dash + 1)).value_or(0));
    }
    const auto add = [&](const Node& node) {
        out.outcomes.add(Outcomes::named(node.text).value_or(Outcomes{}));
    };
    if (entry.value->is_scalar()) add(*entry.value);
    for (const NodePtr& item : entry.value->items) add(*item);
    return out;
}

bool mentions_modem(std::string_view text) {
    const auto names = placeholders_in(text);
    return std::ranges::find(names, "modem") != names.end();
}

bool mentions_modem(const Node& node) {
    return mentions_modem(node.text) ||
           std::ranges::any_of(node.items,
                               [](const NodePtr& item) { return mentions_modem(*item); }) ||
           std::ranges::any_of(
               node.entries, [](const yaml::Entry& entry) { return mentions_modem(*entry.value); });
}

void check_placeholders(const Node& node, const Values& others, Problems& problems) {
    if (node.is_scalar() && node.text != options_word)
        if (const auto what = unknown_placeholder(node.text, others))
            problems.push_back({node.place, *what});
    for (const NodePtr& item : node.items) check_placeholders(*item, others, problems);
    for (const yaml::Entry& entry : node.entries)
        check_placeholders(*entry.value, others, problems);
}

} // namespace

Outcomes outcome_of(const std::vector<OutcomeRule>& rules, int exit_code, std::string_view output) {
    for (const OutcomeRule& rule : rules) {
        const bool matches = rule.pattern ? rule.pattern->matches(output)
                                          : rule.least <= exit_code && exit_code <= rule.most;
        if (matches) return rule.outcomes;
    }
    if (!rules.empty()) return {};
    constexpr int tempfail = 75; // EX_TEMPFAIL of sysexits.h
    return *Outcomes::named(exit_code == 0          ? "delivered"
                            : exit_code == tempfail ? "deferred"
                                                    : "failed");
}

std::vector<std::string> words_of(const ClientAdapter& adapter, Secure secure, bool login) {
    std::vector<std::string> options = adapter.plain;
    if (secure == Secure::starttls) options = adapter.starttls;
    if (secure == Secure::implicit) options = adapter.implicit;
    if (login) options.insert(options.end(), adapter.login.begin(), adapter.login.end());
    std::vector<std::string> out;
    for (const std::string& word : adapter.command) {
        if (word == options_word)
            out.insert(out.end(), options.begin(), options.end());
        else
            out.push_back(word);
    }
    return out;
}

const Shape& client_shape() {
    static const Shape shape = [] {
        static const Shape file =
            text_like("manual, or a client's file such as msmtp.yaml", R"(^(manual|.+\.ya?ml)$)");
        std::vector<Key> keys = client_keys();
        keys.front().required = true;
        static const Shape map = record_of("a map with command", std::move(keys));
        return choice_of("manual, a client's file, or a map with command", {&file, &map});
    }();
    return shape;
}

const Shape& adapter_shape() {
    static const Shape shape = [] {
        static const Shape name = text_like("a name of lower-case letters, digits and hyphens",
                                            "^[a-z0-9]+(-[a-z0-9]+)*$");
        static const Shape protocol = one_of("smtp or lmtp", {"smtp", "lmtp"});
        std::vector<Key> keys{
            version_key(),
            {"client", &name, "Its name.", true},
            {"summary", &text_shape(), "What it is, in a line."},
            {"packages", &words_shape(), "The Debian packages that it comes with."},
            {"version", &words_shape(), "A command: the first line with a digit is the version."},
            {"protocol", &protocol, "Of the failures of which it is asked. Unless set: smtp."}};
        for (Key& key : client_keys()) keys.push_back(std::move(key));
        for (Key& key : keys)
            if (key.name == "command") key.required = true;
        return record_of("a map that begins with smtpsim: 1", std::move(keys));
    }();
    return shape;
}

ClientAdapter build_adapter(const Node& node, Problems& problems, const Values& others) {
    ClientAdapter out;
    const auto text = [&](std::string_view key, std::string& value) {
        if (const Node* const found = node.find(key)) value = found->text;
    };
    text("client", out.name);
    text("summary", out.summary);
    text("stdin", out.input);
    text("log", out.log);
    text("runs-in", out.runs_in);
    out.version = words(node, "version");
    out.command = words(node, "command");
    out.plain = words(node, "plain");
    out.starttls = words(node, "starttls");
    out.implicit = words(node, "implicit");
    out.login = words(node, "login");
    out.can_starttls = node.find("starttls") != nullptr;
    out.can_implicit = node.find("implicit") != nullptr;
    out.can_login = node.find("login") != nullptr;
    out.environment = pairs(node, "environment");
    out.files = pairs(node, "files");
    if (const Node* const rules = node.find("outcome"))
        for (const yaml::Entry& entry : rules->entries) out.outcome.push_back(rule(entry));
    std::string timeout;
    text("timeout", timeout);
    if (const auto value = parse_duration(timeout)) out.timeout = *value;
    std::string patience;
    text("patience", patience);
    out.patience = parse_duration(patience);
    check_placeholders(node, others, problems);
    out.dials = mentions_modem(node);
    std::string protocol;
    text("protocol", protocol);
    out.lmtp = protocol == "lmtp";
    const bool wants_options = std::ranges::find(out.command, options_word) != out.command.end();
    if (!wants_options)
        for (const std::string_view key : {"plain", "starttls", "implicit", "login"})
            if (const Node* const options = node.find(key); options && !options->items.empty())
                problems.push_back({options->place, "the command has no {options} to be " +
                                                        in_quotes(key) + "'s words"});
    return out;
}

Loaded<ClientAdapter> load_adapter(const std::string& path, const ReadFile& read) {
    const auto text = read(path);
    if (!text) return Problems{{{}, text.error().what}};
    Problems problems;
    const NodePtr root = parse_tree(*text, path, problems);
    if (root) check(*root, adapter_shape(), problems);
    if (!problems.empty()) return problems;
    ClientAdapter out = build_adapter(*root, problems);
    if (!problems.empty()) return problems;
    out.folder = std::filesystem::absolute(path).parent_path().lexically_normal().string();
    return out;
}

ClientAdapter adapter_of(std::vector<std::string> command) {
    ClientAdapter out;
    out.name = std::filesystem::path(command.at(0)).filename().string();
    out.dials =
        std::ranges::any_of(command, [](const std::string& word) { return mentions_modem(word); });
    out.command = std::move(command);
    out.input = "{content}";
    return out;
}

} // namespace smtpsim::scenario
