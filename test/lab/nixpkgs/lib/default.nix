let
  inherit (builtins) attrNames concatStringsSep foldl' intersectAttrs functionArgs isAttrs isFunction isList isPath isString;
in
rec {
  version = "26.05";

  callWith = path: arguments: let f = import path; in f (intersectAttrs (functionArgs f) arguments);

  optional = condition: value: if condition then [ value ] else [ ];
  optionalString = condition: text: if condition then text else "";
  optionalAttrs = condition: value: if condition then value else { };
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  concatMapStrings = f: list: concatStringsSep "" (map f list);
  isDerivation = value: isAttrs value && value ? type && value.type == "derivation";

  # What modules define is merged: sets deeply, lists one after the other, and two different plain values are a conflict.
  mergeDefinitions =
    definitions: path: left: right:
    if left ? _force then left
    else if right ? _force || left ? _default then right
    else if right ? _default then left
    else if isAttrs left && isAttrs right && !isDerivation left && !isDerivation right then
      left // builtins.mapAttrs (name: value: if left ? ${name} then mergeDefinitions definitions (path ++ [ name ]) left.${name} value else value) right
    else if isList left && isList right then left ++ right
    else if left == right then left
    else throw "The option `${concatStringsSep "." path}' has conflicting definition values:\n${concatMapStrings (one: "- In `${one.file}': ${describe one.value}\n") (definedAt path definitions)}Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";

  # Who defines a path, with what each says.
  definedAt = path: definitions: builtins.concatMap (definition:
    let found = foldl' (value: name: if isAttrs value && value ? ${name} then value.${name} else null) definition.config path;
    in optional (found != null && !(found ? _default)) { inherit (definition) file; value = found; }) definitions;

  describe = value: if isString value || isAttrs value then builtins.toJSON value else builtins.toJSON (toString value);

  # A plain value that another module may replace.
  mkDefault = value: { _default = true; inherit value; };
  # … and one that replaces what other modules say.
  mkForce = value: { _force = true; inherit value; };
  resolveDefaults =
    value:
    if isAttrs value && (value ? _default || value ? _force) then value.value
    else if isAttrs value && !isDerivation value then builtins.mapAttrs (_: resolveDefaults) value
    else value;

  # A module and what it imports, each with the file that it stands in.
  loadModule =
    arguments: parent: module:
    let
      file = if isPath module || isString module then toString module else parent;
      loaded = if isPath module || isString module then import module else module;
      applied = if isFunction loaded then loaded arguments else loaded;
    in
    builtins.concatMap (loadModule arguments file) (applied.imports or [ ]) ++ [ { inherit file; config = removeAttrs applied [ "imports" ]; } ];

  mergeModules = definitions: foldl' (merged: definition: mergeDefinitions definitions [ ] merged definition.config) { } definitions;
}
