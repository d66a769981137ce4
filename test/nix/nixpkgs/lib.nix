let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    foldl'
    isAttrs
    isFunction
    isList
    listToAttrs
    mapAttrs
    stringLength
    substring
    ;

  lib = rec {
    inherit (builtins) replaceStrings;

    genAttrs =
      names: make:
      listToAttrs (
        map (name: {
          inherit name;
          value = make name;
        }) names
      );
    importJSON = file: builtins.fromJSON (builtins.readFile file);
    removeSuffix =
      suffix: text:
      let
        kept = stringLength text - stringLength suffix;
      in
      if kept >= 0 && substring kept (stringLength suffix) text == suffix then
        substring 0 kept text
      else
        text;
    concatMapStringsSep =
      separator: make: list:
      concatStringsSep separator (map make list);
    escapeShellArg = word: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString word)}'";
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
    makeBinPath = concatMapStringsSep ":" (package: "${package}/bin");
    fetchers.proxyImpureEnvVars = [
      "http_proxy"
      "https_proxy"
      "no_proxy"
    ];
    licenses.mit.spdxId = "MIT";
    platforms.unix = [ "x86_64-linux" ];

    fileset = {
      unions = list: list;
      toSource =
        { root, fileset }:
        let
          wanted = map toString fileset;
          isAbove = path: file: path == file || substring 0 (stringLength path + 1) file == "${path}/";
        in
        {
          outPath = builtins.path {
            path = root;
            name = "source";
            filter =
              path: _:
              builtins.any (file: isAbove path file || isAbove file path) wanted;
          };
        };
    };

    # Modules: options with defaults, definitions merged, mkIf; a value of a wrong type is an error.
    mkOption = option: option // { _option = true; };
    mkEnableOption = text: mkOption {
      type = types.bool;
      default = false;
      description = "Whether to enable ${text}.";
    };
    literalExpression = text: text;
    mkIf = condition: content: {
      _if = condition;
      inherit content;
    };
    types = {
      bool = builtins.isBool;
      str = builtins.isString;
      package = value: isAttrs value && value ? outPath;
      listOf = each: value: isList value && builtins.all each value;
    };

    evalModules =
      { modules, specialArgs }:
      let
        load =
          module:
          let
            loaded = if isFunction module then module (specialArgs // { inherit config lib; }) else module;
          in
          concatMap load (loaded.imports or [ ]) ++ [ loaded ];
        loaded = concatMap load modules;
        merge = foldl' mergeTwo { };
        mergeTwo =
          left: right:
          left
          // mapAttrs (
            name: value:
            if left ? ${name} && isAttrs left.${name} && isAttrs value then
              mergeTwo left.${name} value
            else
              value
          ) right;
        options = merge (map (one: one.options or { }) loaded);
        # As in nixpkgs a condition moves down to what is defined under it, so that the names of
        # options are known before any condition is.
        isSet = value: isAttrs value && !(value ? outPath) && !(value ? _if);
        # To the names of options, two levels here, and no further: a value is asked for only after
        # its condition.
        pushDown =
          depth: value:
          if depth == 0 then
            value
          else if isAttrs value && value ? _if then
            pushDown depth (mapAttrs (_: mkIf value._if) value.content)
          else if isSet value then
            mapAttrs (_: pushDown (depth - 1)) value
          else
            value;
        isDefined = value: !(isAttrs value && value ? _if) || (value._if && isDefined value.content);
        resolve =
          value:
          if isAttrs value && value ? _if then
            resolve value.content
          else if isSet value then
            mapAttrs (_: resolve) (
              removeAttrs value (builtins.filter (name: !isDefined value.${name}) (attrNames value))
            )
          else
            value;
        pushed = merge (map (one: pushDown 2 (one.config or (removeAttrs one [ "imports" "options" ]))) loaded);
        definitions = mapAttrs (_: resolve) pushed;
        withDefaults =
          path: option: defined:
          if option ? _option then
            let
              value =
                if defined != null then
                  defined
                else
                  option.default or (throw "The option `${concatStringsSep "." path}' was accessed but has no value defined.");
            in
            if option.type value then value else throw "The option `${concatStringsSep "." path}' is of a wrong type."
          else
            mapAttrs (name: inner: withDefaults (path ++ [ name ]) inner (defined.${name} or null)) option;
        config = definitions // mapAttrs (name: option: withDefaults [ name ] option (definitions.${name} or null)) options;
      in
      {
        inherit config options;
        names = attrNames options;
      };
  };
in
lib
