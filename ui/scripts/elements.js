// Elements with attributes, handlers and what is inside them. People's words enter the page as text nodes only.
const h = (tag, props = {}, ...kids) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element[name] = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...kids.filter(kid => kid != null && kid !== false));
  return element;
};
