// Turns yaml-cpp's events into a tree, counting as it goes. Nothing else sees the events.
#pragma once

#include "core/yaml/tree.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <functional>
#include <map>
#include <optional>

namespace smtpsim::yaml {

/// Thrown through yaml-cpp, which has no other way to be stopped; caught in parse_tree.
struct Stop {
    Problem problem;
};

class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const std::string& file, const TreeLimits& limits, Problems& problems)
        : file_(file), limits_(limits), problems_(problems) {}

    NodePtr root() const { return root_; }
    Place place(const YAML::Mark& mark) const;

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

private:
    struct Frame { // a list or map that is being built
        std::shared_ptr<Node> node;
        YAML::anchor_t anchor = 0;
        std::map<std::string, int, std::less<>> lines; // of the keys so far
        bool has_key = false;                          // the next node is the key's value
        std::optional<Entry> key;                      // nullopt with has_key: to be dropped
    };

    void open(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void close();
    void finish(NodePtr node, const YAML::Mark& mark, YAML::anchor_t anchor);
    void attach(NodePtr node, const Place& place);
    void attach_key(Frame& frame, const Node& node, const Place& place);
    void count(const Node& node, const Place& place);
    void check_tag(const std::string& tag, const Place& place,
                   const std::function<bool(NodeKind)>& fits_kind);

    const std::string& file_;
    const TreeLimits& limits_;
    Problems& problems_;
    NodePtr root_;
    bool started_ = false;
    std::size_t nodes_ = 0, octets_ = 0;
    std::vector<Frame> frames_;
    std::map<YAML::anchor_t, NodePtr> anchors_; // finished ones
};

} // namespace smtpsim::yaml
