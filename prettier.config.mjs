export default {
    plugins: ["@prettier/plugin-xml"],
    printWidth: 100,
    tabWidth: 4,
    bracketSameLine: false,
    xmlWhitespaceSensitivity: "preserve",
    xmlSelfClosingSpace: true,
};
