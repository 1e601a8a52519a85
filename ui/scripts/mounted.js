// A component's function, made of a class of views: one view for each element, for as long as that stands in the page.
// The element is asked, since Streamlit calls a run's cleanup not only when it goes: where runs follow each other
// closely, one is cleaned up before the next has come, and what the view still holds for Python must not go with it.
const mounted = View => {
  const views = new WeakMap();
  return component => {
    const root = component.parentElement;
    if (!views.has(root)) views.set(root, new View(root));
    views.get(root).update(component);
    return () => {
      if (root.isConnected) return;
      views.get(root)?.destroy?.();
      views.delete(root);
    };
  };
};
