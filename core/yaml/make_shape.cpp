#include "core/yaml/make_shape.hpp"

namespace smtpsim::yaml {

Shape text_like(std::string expected, std::string pattern, Objection objection) {
    Shape shape;
    shape.expected = std::move(expected);
    shape.pattern = std::move(pattern);
    shape.objection = objection;
    return compile(std::move(shape));
}

Shape one_of(std::vector<std::string> words) {
    std::string expected = "one of";
    for (const std::string& word : words) expected += (&word == &words.front() ? " " : ", ") + word;
    return one_of(std::move(expected), std::move(words));
}

Shape one_of(std::string expected, std::vector<std::string> words) {
    Shape shape;
    shape.expected = std::move(expected);
    shape.words = std::move(words);
    return shape;
}

Shape list_of(std::string expected, const Shape& item) {
    Shape list;
    list.form = Form::list;
    list.expected = std::move(expected);
    list.not_empty = true;
    list.item = &item;
    return list;
}

Shape record_of(std::string expected, std::vector<Key> keys) {
    Shape shape;
    shape.form = Form::record;
    shape.expected = std::move(expected);
    shape.keys = std::move(keys);
    return shape;
}

Shape choice_of(std::string expected, std::vector<const Shape*> alternatives) {
    Shape shape;
    shape.form = Form::choice;
    shape.expected = std::move(expected);
    shape.alternatives = std::move(alternatives);
    return shape;
}

} // namespace smtpsim::yaml
