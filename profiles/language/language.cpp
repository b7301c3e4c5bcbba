// The top of the language: what a profile and a file of faults begin with.
#include "profiles/language/language.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

const Shape& name_shape() {
    static const Shape shape = [] {
        Shape name;
        name.expected = "a name of lower-case letters, digits and hyphens";
        name.pattern = "^[a-z0-9]+(-[a-z0-9]+)*$";
        return compile(std::move(name));
    }();
    return shape;
}

const Shape& faults_shape() {
    static const Shape shape = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of faults";
        list.item = &fault_shape();
        return list;
    }();
    return shape;
}

} // namespace

const Shape& profile_shape() {
    static const Shape shape = [] {
        Shape profile = record_of(
            "a map that begins with smtpsim: 1",
            {version_key(),
             {"profile", &name_shape(), "The profile's name.", true},
             {"summary", &text_shape(), "What the profile is for, in one sentence."},
             {"extends", &text_shape(),
              "A built-in profile, or a path from this file's folder. Maps are merged, the keys of "
              "this file "
              "first; lists and single values replace."},
             {"server", &server_shape(), "The server."},
             {"link", &link_shape(),
              "The network line between a client and the server's own endpoints."},
             {"modem", &modem_shape(), "The modem of `smtpsim modem`."},
             {"faults", &faults_shape(), "The faults. They are evaluated in this order."}});
        return profile;
    }();
    return shape;
}

const Shape& fault_file_shape() {
    static const Shape shape = [] {
        Key faults{"faults", &faults_shape(), "The faults. They are evaluated in this order.",
                   true};
        Shape file =
            record_of("a map that begins with smtpsim: 1", {version_key(), std::move(faults)});
        for (const std::string name : {"profile", "summary", "extends", "server", "link", "modem"})
            file.refused.push_back(
                {name, in_quotes(name) + " belongs in a profile; a file of faults has none"});
        return file;
    }();
    return shape;
}

} // namespace smtpsim::profiles
