#include "serial/modem/modem_model.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/tree.hpp"
#include "serial/modem/modem_model_shape.hpp"

#include <algorithm>
#include <functional>

namespace smtpsim::modem {
namespace {

using yaml::Entry;
using yaml::in_quotes;
using yaml::Node;
using yaml::NodePtr;

unsigned number_of(std::string_view name) {
    return static_cast<unsigned>(parse_count(name.substr(1)).value_or(0));
}

template <class Rows> auto* row_named(Rows&& rows, std::string_view name) {
    const auto at = std::ranges::find(rows, name, [](const auto& row) { return row.name; });
    return at == rows.end() ? nullptr : &*at;
}

class Builder {
public:
    Builder(const Node& root, ModemModel base, Problems& problems)
        : root_(root), out_(std::move(base)), problems_(problems) {}

    ModemModel build() {
        text("modem", out_.name);
        text("summary", out_.summary);
        text("no-dial-tone", out_.no_dial_tone);
        text("no-answer", out_.s7_says);
        number("line-limit", out_.line_limit);
        number("number-limit", out_.number_limit);
        flag("mixed-case", out_.mixed_case);
        flag("buffering", out_.buffering);
        rate("fastest-port", out_.fastest_port);
        rate("fastest", out_.fastest);
        if (const Node* const word = root_.find("connect-text"))
            out_.connect_text = static_cast<ConnectText>(
                meaning(Setting::connect_text, word->text, *word).value_or(0));
        texts("texts", out_.texts);
        texts("factory", out_.factory);
        for (const Entry& entry : entries("codes"))
            out_.codes[entry.key] =
                static_cast<std::uint16_t>(integer_value(*entry.value).value_or(0));
        for (const Entry& entry : entries("commands"))
            replace(out_.commands, entry.key, entry, [&] { return basic_row(entry); });
        for (const Entry& entry : entries("registers"))
            replace(out_.registers, 'S' + entry.key, entry, [&] { return register_row(entry); });
        for (const Entry& entry : entries("extended"))
            replace(out_.extended, entry.key, entry, [&] { return extended_row(entry); });
        std::ranges::sort(out_.commands, {}, &Row::name);
        std::ranges::sort(out_.registers, {}, [](const Row& row) { return number_of(row.name); });
        std::ranges::sort(out_.extended, {}, &Extended::name);
        return std::move(out_);
    }

private:
    const std::vector<Entry>& entries(std::string_view key) const {
        static const std::vector<Entry> none;
        const Node* const node = root_.find(key);
        return node == nullptr ? none : node->entries;
    }
    void text(std::string_view key, std::string& value) const {
        if (const Node* const node = root_.find(key)) value = node->text;
    }
    void flag(std::string_view key, bool& value) const {
        if (const Node* const node = root_.find(key)) value = node->text == "yes";
    }
    void number(std::string_view key, std::size_t& value) const {
        if (const Node* const node = root_.find(key))
            value = static_cast<std::size_t>(integer_value(*node).value_or(1));
    }
    void rate(std::string_view key, std::uint32_t& value) const {
        if (const Node* const node = root_.find(key))
            value = static_cast<std::uint32_t>(parse_speed(node->text).value_or(300));
    }
    void texts(std::string_view key, std::map<std::uint16_t, std::string>& out) const {
        for (const Entry& entry : entries(key)) {
            std::string text = entry.value->text;
            while (text.ends_with('\n')) text.pop_back();
            out[static_cast<std::uint16_t>(parse_count(entry.key).value_or(0))] = std::move(text);
        }
    }

    template <class Rows, class Make>
    void replace(Rows& rows, const std::string& name, const Entry& entry, Make make) {
        if (entry.value->text == "none") {
            std::erase_if(rows, [&](const auto& row) { return row.name == name; });
            return;
        }
        auto made = make();
        if (auto* const there = row_named(rows, name))
            *there = std::move(made);
        else
            rows.push_back(std::move(made));
    }

    static std::string child(const Entry& entry, std::string_view key, std::string_view otherwise) {
        const Node* const node = entry.value->find(key);
        return node == nullptr ? std::string(otherwise) : node->text;
    }

    void about(const Entry& entry, Row& row) {
        if (const Node* const setting = entry.value->find("sets"))
            row.setting = setting_named(setting->text);
        row.is = child(entry, "is",
                       row.setting ? std::string(modem::row(*row.setting).summary) : row.is);
        const Node* const values = entry.value->find("values");
        if (values == nullptr) return;
        row.means.clear();
        row.values = values->text;
        if (values->kind == yaml::NodeKind::map) meanings(*values, row);
    }

    void meanings(const Node& values, Row& row) {
        for (const Entry& each : values.entries) {
            row.values += (row.values.empty() ? "" : ",") + each.key;
            const std::string& word = each.value->text;
            const auto what = row.setting ? meaning(*row.setting, word, *each.value)
                                          : std::optional<std::uint32_t>(0);
            if (what)
                row.means.push_back(
                    {static_cast<std::uint16_t>(parse_count(each.key).value_or(0)), *what, word});
        }
    }

    std::optional<std::uint32_t> meaning(Setting setting, const std::string& word,
                                         const Node& node) {
        const auto words = words_of(modem::row(setting));
        const auto at = std::ranges::find(words, word);
        if (at != words.end()) return static_cast<std::uint32_t>(at - words.begin());
        if (setting == Setting::line_rate) {
            if (word == "auto") return 0;
            if (const auto speed = parse_speed(word)) return static_cast<std::uint32_t>(*speed);
        } else if (words.empty()) {
            return 0; // an action: the word is documentation
        }
        std::string known = setting == Setting::line_rate ? "auto or a speed such as 28800bps" : "";
        for (const std::string_view each : words)
            known += (known.empty() ? "one of " : ", ") + std::string(each);
        problems_.push_back({node.place, "expected " + known + ", not " + in_quotes(word) +
                                             did_you_mean(word, words)});
        return std::nullopt;
    }

    Row basic_row(const Entry& entry) {
        Row out;
        out.name = entry.key;
        out.values = "0";
        about(entry, out);
        return out;
    }

    Row register_row(const Entry& entry) {
        Row out;
        if (const Row* const inherited = row_named(out_.registers, 'S' + entry.key)) {
            out = *inherited;
        } else {
            out.name = 'S' + entry.key;
            out.values = "0-255";
        }
        if (number_of(out.name) > 255)
            problems_.push_back({entry.place, "expected a register up to 255"});
        about(entry, out);
        out.unit = child(entry, "unit", out.unit);
        if (const Node* const initial = entry.value->find("default"))
            out.initial = static_cast<std::uint8_t>(integer_value(*initial).value_or(0));
        return out;
    }

    static Extended extended_row(const Entry& entry) {
        return {entry.key, child(entry, "is", ""), child(entry, "values", ""),
                child(entry, "default", "")};
    }

    const Node& root_;
    ModemModel out_;
    Problems& problems_;
};

using FindBase = std::function<std::optional<ModemModel>(std::string_view name)>;

Loaded<ModemModel> load(std::string_view text, const std::string& file, const FindBase& find) {
    Problems problems;
    const NodePtr root = yaml::parse_tree(text, file, problems);
    if (root) check(*root, modem_model_shape(), problems);
    if (!problems.empty()) return problems;
    ModemModel base;
    if (const Node* const extends = root->find("extends")) {
        auto found = find(extends->text);
        if (!found) {
            std::vector<std::string_view> names;
            for (const ModelFile& each : model_files()) names.push_back(each.name);
            return Problems{{extends->place, "no personality called " + in_quotes(extends->text) +
                                                 did_you_mean(extends->text, names)}};
        }
        base = std::move(*found);
    }
    ModemModel out = Builder{*root, std::move(base), problems}.build();
    if (!problems.empty()) return problems;
    return out;
}

std::optional<ModemModel> built_in(std::string_view name) {
    for (const ModelFile& file : model_files()) {
        if (file.name != name) continue;
        auto loaded = load(file.text, std::string(name) + ".yaml", built_in);
        return loaded ? std::optional(std::move(*loaded)) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace

const Row* ModemModel::command(std::string_view wanted) const {
    return row_named(commands, wanted);
}
const Row* ModemModel::register_row(unsigned number) const {
    return row_named(registers, 'S' + std::to_string(number));
}
const Extended* ModemModel::extended_command(std::string_view wanted) const {
    return row_named(extended, wanted);
}

std::span<const ModemModel> built_in_models() {
    static const std::vector<ModemModel> all = [] {
        std::vector<ModemModel> out;
        for (const ModelFile& file : model_files())
            if (auto model = built_in(file.name)) out.push_back(std::move(*model));
        return out;
    }();
    return all;
}

const ModemModel* model_named(std::string_view name) { return row_named(built_in_models(), name); }

Loaded<ModemModel> load_model(std::string_view text, const std::string& file) {
    return load(text, file, [](std::string_view name) -> std::optional<ModemModel> {
        const ModemModel* const found = model_named(name);
        return found == nullptr ? std::nullopt : std::optional(*found);
    });
}

} // namespace smtpsim::modem
