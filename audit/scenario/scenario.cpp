#include "audit/scenario/scenario.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/shape.hpp"
#include "profiles/build/catalogue.hpp"
#include "profiles/load/document.hpp"
#include "profiles/load/extends.hpp"

#include <algorithm>
#include <filesystem> // for the arithmetic of paths only
#include <iterator>
#include <tuple>

namespace smtpsim::scenario {
namespace {

using namespace profiles;
using namespace yaml;

constexpr std::size_t extends_max = 16;   // chosen
constexpr std::size_t cells_max = 10'000; // of a matrix; chosen

/// The tree with {name} replaced in every scalar.
NodePtr with_values(const NodePtr& node, const Values& values) {
    auto out = std::make_shared<Node>(*node);
    if (node->kind == NodeKind::text) out->text = filled(node->text, values);
    for (NodePtr& item : out->items) item = with_values(item, values);
    for (yaml::Entry& entry : out->entries) entry.value = with_values(entry.value, values);
    return out;
}

NodePtr without(const NodePtr& map, std::initializer_list<std::string_view> keys) {
    auto out = std::make_shared<Node>(*map);
    std::erase_if(out->entries, [&](const yaml::Entry& entry) {
        return std::ranges::find(keys, entry.key) != keys.end();
    });
    return out;
}

NodePtr child(const Node& map, std::string_view key) {
    const yaml::Entry* const entry = map.entry(key);
    return entry == nullptr ? nullptr : entry->value;
}

std::string text(const Node& map, std::string_view key, std::string_view otherwise = "") {
    const Node* const node = map.find(key);
    return std::string(node == nullptr ? otherwise : node->text);
}

std::vector<std::vector<std::string>> commands(const Node* list) {
    std::vector<std::vector<std::string>> out;
    if (list != nullptr)
        for (const NodePtr& item : list->items) out.push_back(texts(item.get()));
    return out;
}

/// Every combination of the matrix's values, the last name's the quickest; one empty without it.
std::vector<Values> cells(const Node* matrix, Problems& problems) {
    std::vector<Values> out{{}};
    if (matrix == nullptr) return out;
    for (const yaml::Entry& axis : matrix->entries) {
        std::vector<Values> longer;
        if (out.size() * axis.value->items.size() > cells_max) {
            problems.push_back(
                {axis.place, "more than " + std::to_string(cells_max) + " combinations"});
            return {};
        }
        for (const Values& cell : out)
            for (const NodePtr& value : axis.value->items) {
                longer.push_back(cell);
                longer.back()[axis.key] = value->text;
            }
        out = std::move(longer);
    }
    return out;
}

class Loader {
public:
    Loader(const ReadFile& read, Problems& problems) : read_(read), problems_(problems) {}

    std::vector<Scenario> load(const std::string& path) {
        const NodePtr root = tree(path, {});
        if (!root) return {};
        file_ = path;
        check_values(*root);
        if (!problems_.empty()) return {};
        std::vector<Scenario> out;
        check_names(*root);
        const std::vector<Values> all = cells(root->find("matrix"), problems_);
        if (all.empty()) check(*root, scenario_shape(), problems_); // it says what is wrong with it
        for (const Values& cell : all) {
            Values values = cell;
            if (const Node* const parameters = root->find("parameters"))
                for (const yaml::Entry& entry : parameters->entries)
                    values.try_emplace(entry.key, entry.value->text);
            const NodePtr filled_in = with_values(root, values);
            check(*filled_in, scenario_shape(), problems_);
            // What the shape has refused is passed over: one run reports all that is wrong.
            out.push_back(scenario(*filled_in, cell));
            if (!problems_.empty()) return {};
        }
        return out;
    }

private:
    NodePtr tree(const std::string& path, const Place& from) {
        const auto text = read_(path);
        if (!text) {
            problems_.push_back({from, text.error().what});
            return nullptr;
        }
        NodePtr root = parse_tree(*text, path, problems_);
        if (!root) return nullptr;
        if (root->kind != NodeKind::map) {
            check(*root, scenario_shape(), problems_);
            return nullptr;
        }
        const Node* const extends = root->find("extends");
        if (extends == nullptr) return root;
        if (++depth_ > extends_max) {
            problems_.push_back({extends->place, "scenarios extend each other without end"});
            return nullptr;
        }
        const NodePtr base = tree(path_beside(path, extends->text), extends->place);
        --depth_;
        if (!base) return nullptr;
        return merge_profiles(without(root, {"extends"}), without(base, {"extends"}));
    }

    /// The rest is checked once these have been put in.
    void check_values(const Node& root) {
        for (const Key& key : scenario_shape().keys)
            if (const Node* const values = root.find(key.name);
                values != nullptr && (key.name == "parameters" || key.name == "matrix"))
                check(*values, *key.shape, problems_);
    }

    /// A parameter would hide the placeholder of the same name, or is used nowhere.
    void check_names(const Node& root) {
        for (const std::string_view list : {"parameters", "matrix"})
            if (const Node* const names = root.find(list))
                for (const yaml::Entry& entry : names->entries) {
                    if (std::ranges::find(placeholder_table, entry.key, &PlaceholderRow::name) !=
                        placeholder_table.end())
                        problems_.push_back({entry.place, yaml::in_quotes('{' + entry.key + '}') +
                                                              " is a placeholder already"});
                    if (!uses(root, '{' + entry.key + '}'))
                        problems_.push_back({entry.place, yaml::in_quotes('{' + entry.key + '}') +
                                                              " is used nowhere"});
                }
    }

    static bool uses(const Node& node, const std::string& name) {
        if (node.text.find(name) != std::string::npos) return true;
        return std::ranges::any_of(node.items,
                                   [&](const NodePtr& each) { return uses(*each, name); }) ||
               std::ranges::any_of(
                   node.entries, [&](const yaml::Entry& each) { return uses(*each.value, name); });
    }

    Scenario scenario(const Node& root, const Values& cell) {
        Scenario out;
        out.name = text(root, "scenario");
        if (const yaml::Entry* const name = root.entry("scenario")) out.place = name->value->place;
        std::string parameters;
        for (const auto& [name, value] : cell)
            parameters += (parameters.empty() ? " [" : ", ") + name + '=' + value;
        if (!parameters.empty()) out.name += parameters + ']';
        out.summary = text(root, "summary");
        out.file = file_;
        out.tags = texts(root.find("tags"));
        if (const Node* const seed = root.find("seed")) out.seed = integer_value(*seed);
        out.setup = commands(root.find("setup"));
        out.teardown = commands(root.find("teardown"));
        const auto common =
            without(std::make_shared<Node>(root), {"smtpsim", "scenario", "summary", "tags", "seed",
                                                   "setup", "teardown", "steps"});
        const Node* const steps = root.find("steps");
        if (steps == nullptr) {
            out.steps.push_back(step(*common, root.place));
        } else {
            for (const NodePtr& each : steps->items) {
                const auto has_name = [&](const Step& step) {
                    return step.name == text(*each, "name");
                };
                if (std::ranges::any_of(out.steps, has_name))
                    problems_.push_back({each->find("name")->place, "another step has this name"});
                out.steps.push_back(step(*merge_profiles(each, common), each->place));
            }
        }
        if (!expects_)
            out.warnings.push_back({out.place, "nothing is expected: only a client that crashes or "
                                               "hangs, or a fault that never fires, fails"});
        for (const Step& each : out.steps)
            for (const Server& server : each.servers) {
                std::ranges::copy(server.profile.warnings, std::back_inserter(out.warnings));
                for (const faults::Fault& fault : server.profile.faults)
                    if (!fault.entry.empty() &&
                        std::ranges::find(out.faults, fault.entry) == out.faults.end())
                        out.faults.push_back(fault.entry);
            }
        return out;
    }

    Server server(const std::string& name, const Node& map) {
        const Node* const named = map.find("profile");
        Server out{name, {}, asked_for(map.find("faults"))};
        auto profile = load_with(text(map, "profile", "esmtp"), file_of(named),
                                 {{"server", child(map, "server")}, {"modem", child(map, "modem")}},
                                 child(map, "faults"), read_);
        if (profile) {
            out.profile = *std::move(profile);
            return out;
        }
        for (Problem& problem : profile.error()) {
            if (problem.place.file.empty())
                problem.place = named != nullptr ? named->place : map.place;
            problems_.push_back(std::move(problem));
        }
        return out;
    }

    static std::vector<AskedFor> asked_for(const Node* faults) {
        std::vector<AskedFor> out;
        if (faults == nullptr) return out;
        for (const NodePtr& item : faults->items) {
            const Node* const id = item->find("use");
            const CatalogueEntry* const entry = id == nullptr ? nullptr : catalogue_entry(id->text);
            out.push_back({item->place, entry == nullptr ? 1 : entry_faults(*entry).size()});
        }
        return out;
    }

    /// What only a modem and its line can do, of a client that does not dial.
    void check_no_modem(const Step& step, const Node* expect, const Place& place) {
        constexpr std::string_view why = "needs a modem, and the client's words have no {modem}";
        for (const Server& server : step.servers) {
            std::vector<Place> places;
            for (const AskedFor& item : server.asked_for)
                places.insert(places.end(), item.faults, item.place);
            places.resize(std::max(places.size(), server.profile.faults.size()), place);
            for (std::size_t i = 0; i < server.profile.faults.size(); ++i)
                if (const std::string what = modem_only(server.profile.faults[i]); !what.empty())
                    problems_.push_back({places[i], server.profile.faults[i].name + ": " + what +
                                                        ' ' + std::string(why)});
        }
        if (expect == nullptr) return;
        if (step.expect.calls && step.expect.calls->least > 0)
            problems_.push_back({expect->find("calls")->place, "a call " + std::string(why)});
        if (const Node* const lines = expect->find("transcript"))
            for (const NodePtr& line : lines->items)
                if (line->text.starts_with("T: ") || line->text.starts_with("M: "))
                    problems_.push_back({line->place, "this line " + std::string(why)});
    }

    /// The output of a client that is run by hand is not read.
    void check_by_hand(const Node* expect) {
        if (expect == nullptr) return;
        for (const std::string_view key : {"outcome", "output", "within", "client-log"})
            if (const yaml::Entry* const entry = expect->entry(key))
                problems_.push_back({entry->place, yaml::in_quotes(key) +
                                                       " is not known of a client that "
                                                       "is run by hand"});
    }

    void check_servers(const Step& step, const Node& expect) {
        const Node* const servers = expect.find("servers");
        if (servers == nullptr) return;
        std::vector<std::string_view> names;
        for (std::size_t i = 1; i < step.servers.size(); ++i) names.push_back(step.servers[i].name);
        for (const yaml::Entry& entry : servers->entries)
            if (std::ranges::find(names, entry.key) == names.end())
                problems_.push_back({entry.place, "no further server is called " +
                                                      yaml::in_quotes(entry.key) +
                                                      did_you_mean(entry.key, names)});
    }

    /// Paths go by the file that has them, which may be the one that is extended.
    const std::string& file_of(const Node* node) const {
        return node == nullptr ? file_ : node->place.file;
    }

    Step step(const Node& map, const Place& place) {
        Step out;
        out.name = text(map, "name");
        out.servers.push_back(server("", map));
        Values others;
        if (const Node* const servers = map.find("servers"))
            for (const yaml::Entry& entry : servers->entries) {
                out.servers.push_back(server(entry.key, *entry.value));
                others[entry.key + ".port"] = others[entry.key + ".tls-port"] = "";
            }
        const Node* const client = map.find("client");
        if (client == nullptr)
            problems_.push_back({place, "no client: write its command, its file, or manual"});
        else
            out.client = adapter(*client, others);
        const Node* const count = map.find("clients");
        if (count != nullptr) out.clients = integer_value(*count).value_or(1);
        const std::string secure = text(map, "tls", "plain");
        out.secure = secure == "starttls"   ? Secure::starttls
                     : secure == "implicit" ? Secure::implicit
                                            : Secure::plain;
        const Node* const login = map.find("login");
        out.login = login != nullptr && is_true(*login);
        if (const Node* const mail = map.find("mail")) {
            out.sender = text(*mail, "sender");
            out.recipient = text(*mail, "recipient");
            if (const Node* const message = mail->find("message")) {
                const auto content = read_(path_beside(file_of(message), message->text));
                if (content)
                    out.message = *content;
                else
                    problems_.push_back({message->place, content.error().what});
            }
        }
        const Node* const expect = map.find("expect");
        if (expect != nullptr) {
            out.expect = build_expect(*expect, problems_);
            expects_ = expects_ || !expect->entries.empty();
            check_servers(out, *expect);
        }
        const bool known = out.client.manual || !out.client.command.empty();
        if (known && !out.client.dials) check_no_modem(out, expect, place);
        if (out.client.manual)
            check_by_hand(expect);
        else if (out.expect.log_agrees && out.client.log.empty() && client != nullptr)
            problems_.push_back(
                {client->place, "client-log is expected, and the client has no log"});
        return out;
    }

    ClientAdapter adapter(const Node& node, const Values& others) {
        ClientAdapter out;
        if (node.kind == NodeKind::map) {
            out = build_adapter(node, problems_, others);
            out.name = out.command.empty() ? "client"
                                           : std::filesystem::path(out.command.front()).filename();
            out.folder = std::filesystem::absolute(file_of(node.find("command")))
                             .parent_path()
                             .lexically_normal()
                             .string();
            return out;
        }
        if (node.text == "manual") {
            out.name = "manual";
            out.manual = true;
            return out;
        }
        auto loaded = load_adapter(path_beside(file_of(&node), node.text), read_);
        if (loaded) return *std::move(loaded);
        for (Problem& problem : loaded.error()) {
            if (problem.place.file.empty()) problem.place = node.place;
            problems_.push_back(std::move(problem));
        }
        return out;
    }

    const ReadFile& read_;
    Problems& problems_;
    std::string file_;
    bool expects_ = false; // anything, in any step
    std::size_t depth_ = 0;
};

} // namespace

Loaded<std::vector<Scenario>> load_scenarios(const std::string& path, const ReadFile& read) {
    Problems problems;
    std::vector<Scenario> out = Loader{read, problems}.load(path);
    std::ranges::stable_sort(problems, {}, [&](const Problem& problem) {
        return std::tuple(problem.place.file != path, problem.place.line, problem.place.column);
    });
    if (!problems.empty()) return problems;
    return out;
}

} // namespace smtpsim::scenario
