package gate

import _ "embed"

//go:embed schema/config.v1.json
var configSchema []byte

// ConfigSchema is the JSON Schema of a configuration, for editors.
func ConfigSchema() []byte { return configSchema }
