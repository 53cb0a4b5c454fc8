import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      'dist',
      'src/core/protocol/generated',
      'src/core/records/kernels/assembly',
      'node_modules',
      'test/fixtures',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-else-return': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Only main.ts ends the process; core never prints, exits, or reads argv or env.
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'exit',
          message: 'Only src/main.ts ends the process: throw a KtError.',
        },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Core never exits: throw a KtError.' },
        { object: 'process', property: 'argv', message: 'Core never reads argv.' },
        {
          object: 'process',
          property: 'env',
          message: 'Core never reads the environment: take it as a parameter.',
        },
        { object: 'process', property: 'stdout', message: 'Core never prints.' },
        { object: 'process', property: 'stderr', message: 'Core never prints.' },
      ],
    },
  },
)
