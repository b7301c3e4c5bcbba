#include "profiles/language/reference.hpp"

#include "faults/plan/fault_stage.hpp"
#include "profiles/language/definitions.hpp"
#include "profiles/language/language.hpp"
#include "smtp/extension.hpp"
#include "smtp/finding.hpp"
#include "smtp/server_settings.hpp"

#include <utility>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

constexpr std::string_view introduction =
    R"(# The profile language

A profile is a YAML file that describes a whole mail server and its faults. This page is printed from
the table that also checks profiles and writes the JSON Schema (`smtpsim profile schema`).

    smtpsim: 1
    profile: full-mailbox
    extends: post-office-1996
    server:
      mailboxes: {janed@elsewhere.com: {quota: 20KB, used: 19KB}, "*@elsewhere.com": {}}
    faults:
      - name: the second recipient is refused for now, once
        at: rcpt
        when: {nth: 2, times: 1}
        do:
          - delay: 3s
          - reply: 450 4.2.0 Try again in 5 minutes

- A value carries its unit: `5s`, `20KB`. A number without a necessary unit is an error, and so is
  every unknown key. Keys that begin with `x-` are for your own use: smtpsim ignores them.
- `extends` is the name of a built-in profile, or a path relative to the file's own folder.
  Maps are merged, with the keys of the extending file first; lists and single values replace.
- One file contains one document, at most 4 MiB, 100,000 values and 64 levels. An alias counts as a
  copy of its anchor.
- A file for `--fault` has only `smtpsim: 1` and `faults:`.
)";

class Reference {
public:
    std::string keys(const Shape& record) {
        page_ = "profile-reference.md";
        out_ = key_table_head;
        flat_rows(record, "");
        return std::move(out_);
    }

    std::string write() {
        out_ = introduction;
        section("The top of a profile", profile_shape(), "");
        placeholders();
        stages();
        extensions();
        tolerable();
        definitions();
        return std::move(out_);
    }

private:
    void heading(std::string_view title) { out_ += "\n## " + std::string(title) + "\n\n"; }

    std::string kind(const Shape& shape) const {
        if (!shape.definition.empty())
            return "[" + shape.definition + "](" + page_ + "#" + shape.definition + ")";
        switch (shape.form) {
        case Form::text: return shape.words.empty() ? shape.expected : words(shape);
        case Form::boolean: return shape.expected;
        case Form::integer: return shape.words.empty() ? shape.expected : words(shape);
        case Form::list: return "list, each " + kind(*shape.item);
        case Form::map:
            return record_within(*shape.item) != nullptr ? "map, each a map, see below"
                                                         : "map, each " + kind(*shape.item);
        case Form::record: return "map, see below";
        case Form::choice: break;
        }
        std::string out;
        for (const Shape* const alternative : shape.alternatives)
            out += (out.empty() ? "" : ", or ") + kind(*alternative);
        return out;
    }

    static std::string words(const Shape& shape) {
        if (shape.words.size() > 6) return shape.expected;
        std::string out;
        for (const std::string& word : shape.words) out += (out.empty() ? "`" : ", `") + word + '`';
        return out;
    }

    static std::string cell(std::string_view text) { // a bar would end the cell
        std::string out;
        for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
        return out;
    }

    static const Shape* record_within(const Shape& shape) {
        if (!shape.definition.empty()) return nullptr; // has its own section
        if (shape.form == Form::record) return &shape;
        const bool collection = shape.form == Form::map || shape.form == Form::list;
        return collection ? record_within(*shape.item) : nullptr;
    }

    static constexpr std::string_view key_table_head =
        "| Key | Value | Meaning |\n| --- | --- | --- |\n";

    void key_row(const std::string& path, const Key& key) {
        out_ += "| `" + path + "` | " + cell(kind(*key.shape)) + " | " + cell(key.description) +
                (key.required ? " Required." : "") + " |\n";
    }

    void flat_rows(const Shape& record, const std::string& path) {
        for (const Key& key : record.keys) {
            if (const Shape* const inner = record_within(*key.shape))
                flat_rows(*inner, path + key.name + '.');
            else
                key_row(path + key.name, key);
        }
    }

    void table(const Shape& record) {
        out_ += key_table_head;
        for (const Key& key : record.keys) key_row(key.name, key);
    }

    void section(const std::string& title, const Shape& record, const std::string& path) {
        heading(title);
        table(record);
        for (const Key& key : record.keys) {
            const Shape* const inner = record_within(*key.shape);
            const std::string inner_path = path.empty() ? key.name : path + '.' + key.name;
            if (inner != nullptr) section('`' + inner_path + '`', *inner, inner_path);
        }
    }

    void placeholders() {
        heading("Placeholders");
        out_ += "| In a reply | Replaced by |\n| --- | --- |\n";
        for (const smtp::PlaceholderRow& row : smtp::placeholder_table)
            out_ += "| `{" + std::string(row.name) + "}` | " + std::string(row.summary) + " |\n";
        out_ +=
            "| `{1}` to `{9}` | what the condition's pattern captured: a glob's stars, a regular "
            "expression's groups |\n";
    }

    void stages() {
        heading("Stages");
        out_ += "| `at:` | When |\n| --- | --- |\n";
        for (const faults::StageRow& row : faults::stage_table)
            out_ += "| `" + std::string(row.name) + "` | " + std::string(row.summary) + " |\n";
        out_ += "| `any` | every stage of mail, except content and tls |\n";
    }

    void extensions() {
        heading("Extensions that smtpsim has");
        out_ += "Any other keyword can be announced, and its commands get the replies that faults "
                "give.\n\n"
                "| Keyword | What | Source |\n| --- | --- | --- |\n";
        for (const smtp::ExtensionRow& row : smtp::extension_table)
            out_ += "| `" + std::string(row.keyword) + "` | " + std::string(row.summary) + " | " +
                    std::string(row.source) + " |\n";
    }

    void tolerable() {
        heading("What `strictness` can list");
        out_ += "| Id | The client | Source |\n| --- | --- | --- |\n";
        for (const smtp::Finding finding : smtp::tolerable_findings) {
            const smtp::FindingRow& row = smtp::row(finding);
            out_ += "| `" + std::string(row.id) + "` | " + std::string(row.summary) + " | " +
                    std::string(row.source) + " |\n";
        }
    }

    void definitions() {
        Definitions all;
        collect_definitions(profile_shape(), all);
        for (const auto& [name, shape] : all) {
            heading(name);
            out_ += shape->summary + '\n';
            for (const Shape* const part : parts(*shape)) {
                if (part->form != Form::record) continue;
                out_ += '\n';
                table(*part);
            }
            inner_sections(name, *shape);
        }
    }

    static std::vector<const Shape*> parts(const Shape& shape) {
        if (shape.form == Form::choice) return shape.alternatives;
        return {&shape};
    }

    void inner_sections(const std::string& name, const Shape& shape) {
        if (shape.form != Form::record) return;
        for (const Key& key : shape.keys)
            if (const Shape* const inner = record_within(*key.shape))
                section('`' + name + '.' + key.name + '`', *inner, name + '.' + key.name);
    }

    std::string out_;
    std::string page_; // that holds the definitions; empty: this one
};

} // namespace

std::string reference_markdown() { return Reference{}.write(); }

std::string keys_markdown(const Shape& record) { return Reference{}.keys(record); }

} // namespace smtpsim::profiles
